#!/bin/bash -eu
# Builds the harnesses as the services for continuous fuzzing ask for it: OSS-Fuzz runs this in the
# image of the Dockerfile beside it, ClusterFuzzLite in that of .clusterfuzzlite, ./dev fuzz-check here.
#
# They say in the environment: CC, CXX, CFLAGS and CXXFLAGS (with the sanitizer and the instrumentation),
# LIB_FUZZING_ENGINE (what to link with, by CXX), SANITIZER, FUZZING_ENGINE, SRC (where sources are),
# WORK (room for the build) and OUT (where a harness, its seeds, its dictionary and its options go).
# What is in OUT is moved to other machines, so nothing in it may depend on where it was.
source_dir=$SRC/heapck
build_dir=$WORK/heapck-$FUZZING_ENGINE-$SANITIZER

# The whole-structure validators of libwinmem are for builds that look for its mistakes. A coverage
# report is made of absolute paths.
validators=OFF
paths=OFF
case "$SANITIZER" in
address | undefined | memory) validators=ON ;;
coverage | introspector) paths=ON ;;
esac

# Read by the compiler of AFL++ alone.
export AFL_LLVM_DENYLIST=$source_dir/fuzz/afl_denylist.txt

cmake -S "$source_dir" -B "$build_dir" -G Ninja -DCMAKE_BUILD_TYPE= -DHEAPCK_BUILD_TESTS=OFF \
    -DHEAPCK_VALIDATORS="$validators" -DHEAPCK_ABSOLUTE_PATHS="$paths"
cmake --build "$build_dir" --target fuzz

# The canary is there to fail, so it goes nowhere.
for options in "$build_dir"/fuzz/*.options; do
    harness=${options%.options}
    name=${harness##*/}
    [ "$name" != canary ] || continue
    cp "$harness" "$options" "$OUT/"
    [ ! -f "$harness.dict" ] || cp "$harness.dict" "$OUT/"
    seeds=("$source_dir/corpus/seeds/$name"/*)
    [ -f "$harness.dict" ] || seeds+=("$source_dir"/corpus/regress/*)
    zip -q -j -X "$OUT/${name}_seed_corpus.zip" "${seeds[@]}"
done

# The mutator of whole calls is in harnesses for libFuzzer. afl-fuzz, which is not instrumented, loads it
# as a library, so this is built by an ordinary compiler. The services' own start of afl-fuzz names none;
# for who starts it from OUT: AFL_CUSTOM_MUTATOR_LIBRARY=OUT/afl_mutator.so HEAPCK_FUZZ_HARNESS=NAME.
if [ "$FUZZING_ENGINE" = afl ]; then
    env -u LIB_FUZZING_ENGINE CC=clang CXX=clang++ CFLAGS= CXXFLAGS= \
        cmake -S "$source_dir" -B "$build_dir-mutator" -G Ninja -DCMAKE_BUILD_TYPE=Release \
        -DHEAPCK_BUILD_TESTS=OFF -DHEAPCK_FUZZ_ENGINE=replay
    cmake --build "$build_dir-mutator" --target fuzz_afl_mutator
    cp "$build_dir-mutator/fuzz/afl_mutator.so" "$OUT/"
fi
