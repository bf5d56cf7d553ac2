#!/usr/bin/env bash
# Would the services for continuous fuzzing take the harnesses? Builds them with build.sh and the
# services' environment, moves what came out to another place, and tries each program there.
#
# usage: check.sh SOURCE_DIR WORK_DIR
set -uo pipefail
source_dir=$(cd "$1" && pwd) || exit 2
mkdir -p "$2" && work=$(cd "$2" && pwd) || exit 2
failures=0
harness_count=$(grep -l '^int LLVMFuzzerTestOneInput(.*)$' "$source_dir"/fuzz/*.c | grep -vc '/canary\.c$')
edges_least=100
base="-O1 -fno-omit-frame-pointer -gline-tables-only -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION"
undefined=array-bounds,bool,builtin,enum,integer-divide-by-zero,null,object-size,return
undefined+=,returns-nonnull-attribute,shift,signed-integer-overflow,unreachable,vla-bound
declare -A flags=(
    [address]="-fsanitize=address -fsanitize-address-use-after-scope -fsanitize=fuzzer-no-link"
    [undefined]="-fsanitize=$undefined -fno-sanitize-recover=$undefined -fsanitize=fuzzer-no-link"
    [memory]="-fsanitize=memory -fsanitize-memory-track-origins -fsanitize=fuzzer-no-link"
    [coverage]="-fprofile-instr-generate -fcoverage-mapping -pthread -Wno-unused-command-line-argument"
    [none]=""
)
# A symbol that is there only where it was linked in.
declare -A symbols=([address]=__asan_init [undefined]=__ubsan_handle [memory]=__msan_init
    [coverage]=__llvm_profile_runtime [none]=__afl_area_ptr)
system='linux-vdso|ld-linux-x86-64|libc|libm|libdl|librt|libpthread|libresolv|libgcc_s|libstdc\+\+'

# build ENGINE SANITIZER: what came out is in $moved
build() {
    local out=$work/out root=$work/root
    rm -rf "$out" "$root"
    moved=$work/moved/$1-$2
    rm -rf "$moved"
    mkdir -p "$out" "$root/src" "$root/work" "$work/moved"
    ln -s "$source_dir" "$root/src/heapck"
    local compiler=clang engine=-fsanitize=fuzzer
    if [ "$1" = afl ]; then
        compiler=afl-clang-fast
        engine=$afl_driver
    fi
    env CC="$compiler" CXX="$compiler++" CFLAGS="$base ${flags[$2]}" CXXFLAGS="$base ${flags[$2]}" \
        LIB_FUZZING_ENGINE="$engine" SANITIZER="$2" FUZZING_ENGINE="$1" ARCHITECTURE=x86_64 \
        SRC="$root/src" WORK="$root/work" OUT="$out" AFL_QUIET=1 \
        bash -eu "$source_dir/fuzz/oss-fuzz/build.sh" >"$work/$1-$2.log" 2>&1 || return 1
    mv "$out" "$moved"
    rm -rf "$root"
}

# How many edges (or regions, where coverage is measured, or places of AFL++'s map) the seeds reach.
edges_of() {
    export HEAPCK_FUZZ_UNGUIDED=1 # what the clauses say are places of the same map
    local engine=$1 sanitizer=$2 program=$3 seeds=$4
    if [ "$engine" = afl ]; then
        afl-showmap -q -C -i "$seeds" -o "$work/map" -- "$program" >/dev/null 2>&1
        wc -l <"$work/map"
    elif [ "$sanitizer" = coverage ]; then
        llvm-profdata merge -o "$work/seeds.profdata" "$work/seeds.profraw" &&
            llvm-cov export -summary-only -instr-profile="$work/seeds.profdata" "$program" |
            grep -o '"regions":{"count":[0-9]*,"covered":[0-9]*' | tail -1 | grep -o '[0-9]*$'
    else
        grep -ao 'cov: [0-9]*' "$work/seeds.log" | tail -1 | cut -d ' ' -f 2
    fi
}

options_of() { sed -n '/^\[libfuzzer\]$/,/^$/s/^\([a-z_]*\) = \(.*\)$/-\1=\2/p' "$1.options"; }
section_of() { sed -n "/^\[$2\]\$/,/^\$/s/^\([a-z_]*\) = \(.*\)\$/\1=\2/p" "$1.options" | paste -sd :; }

# stands_alone PROGRAM: needs libraries of the system only, as far as ldd says what it needs
stands_alone() {
    local needed
    needed=$(ldd "$1") && [ -n "$needed" ] &&
        ! grep -vE "^[[:space:]]*/?[^ ]*($system)\.so" <<<"$needed" >/dev/null
}

# mutator_loads: afl-fuzz takes the library that is beside its harnesses
mutator_loads() {
    rm -rf "$work/seeds" "$work/afl" && mkdir "$work/seeds" && printf a >"$work/seeds/a"
    AFL_CUSTOM_MUTATOR_LIBRARY=$moved/afl_mutator.so AFL_CUSTOM_MUTATOR_ONLY=1 \
        HEAPCK_FUZZ_HARNESS=heap AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 \
        AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 env -u ASAN_OPTIONS \
        timeout 60 afl-fuzz -V 2 -t 1000 -m none -i "$work/seeds" -o "$work/afl" -- "$moved/heap" \
        >"$work/afl-mutator.log" 2>&1 &&
        grep -aq 'Custom mutator .* installed successfully' "$work/afl-mutator.log"
}

# try ENGINE SANITIZER PROGRAM: one line of the table
try() {
    local engine=$1 sanitizer=$2 program=$3 name=${3##*/} edges='-' seeds=$work/seeds
    local starts=no runs=no clean=no linked=no alone=no options=() files=()
    rm -rf "$seeds" "$work"/seeds.* && mkdir "$seeds"
    if ! unzip -q -d "$seeds" "$program"_seed_corpus.zip; then
        printf '%-10s %-10s %-16s has no seed corpus\n' "$engine" "$sanitizer" "$name"
        failures=$((failures + 1))
        return
    fi
    [ "$engine" = afl ] || mapfile -t options < <(options_of "$program")
    ASAN_OPTIONS=$(section_of "$program" asan)
    UBSAN_OPTIONS=$(section_of "$program" ubsan)
    export ASAN_OPTIONS UBSAN_OPTIONS LLVM_PROFILE_FILE=$work/runs.profraw
    if [ "$engine" = afl ]; then
        (cd / && "$program" </dev/null) >"$work/runs.log" 2>&1 && starts=yes && runs=yes
        mapfile -t options < <(find "$seeds" -type f)
    else
        (cd / && "$program" -help=1) >/dev/null 2>&1 && starts=yes
        # Without instrumentation libFuzzer does not start from nothing; it repeats files.
        [ "$sanitizer" != coverage ] || mapfile -t files < <(find "$seeds" -type f | head -2)
        (cd / && timeout 300 "$program" "${options[@]}" -runs=4 "${files[@]}") \
            >"$work/runs.log" 2>&1 && runs=yes
        options+=(-runs=0 "$seeds")
    fi
    LLVM_PROFILE_FILE=$work/seeds.profraw timeout 600 "$program" "${options[@]}" \
        >"$work/seeds.log" 2>&1 && clean=yes
    edges=$(edges_of "$engine" "$sanitizer" "$program" "$seeds")
    # Not grep -q, which ends before the command that it reads from: that would be a failure here.
    nm "$program" | grep "${symbols[$sanitizer]}" >/dev/null && linked=yes
    stands_alone "$program" && alone=yes
    printf '%-10s %-10s %-16s %-7s %-8s %-6s %6s  %-7s %s\n' "$engine" "$sanitizer" "$name" "$starts" \
        "$runs" "$clean" "${edges:-0}" "$linked" "$alone"
    if [[ "$starts$runs$clean$linked$alone" == *no* ]] || [ "${edges:-0}" -lt "$edges_least" ]; then
        failures=$((failures + 1))
        cp "$work/seeds.log" "$work/$engine-$sanitizer-$name.seeds.log"
        cp "$work/runs.log" "$work/$engine-$sanitizer-$name.runs.log"
        tail -5 "$work/seeds.log" | cut -c 1-200 | sed 's/^/    /'
    fi
}

# check ENGINE SANITIZER
check() {
    if ! build "$1" "$2"; then
        printf '%-10s %-10s does not build:\n' "$1" "$2"
        tail -15 "$work/$1-$2.log" | sed 's/^/    /'
        failures=$((failures + 1))
        return
    fi
    local options tried=0
    for options in "$moved"/*.options; do
        [ -e "$options" ] || continue
        try "$1" "$2" "${options%.options}"
        tried=$((tried + 1))
    done
    if [ "$tried" -ne "$harness_count" ]; then
        printf '%-10s %-10s %d of %d harnesses came out\n' "$1" "$2" "$tried" "$harness_count"
        failures=$((failures + 1))
    fi
    if [ "$1" = afl ] && ! mutator_loads; then
        printf '%-10s %-10s afl-fuzz does not take the mutator of whole calls\n' "$1" "$2"
        failures=$((failures + 1))
    fi
    rm -rf "$moved"
}

afl_driver=$(find /usr/lib /usr/local/lib -name libAFLDriver.a 2>/dev/null | head -1)
printf '%-10s %-10s %-16s %-7s %-8s %-6s %6s  %-7s %s\n' engine sanitizer harness starts '-runs=4' \
    seeds edges linked alone
for sanitizer in address undefined memory coverage; do
    check libfuzzer "$sanitizer"
done
if [ -n "$afl_driver" ] && command -v afl-clang-fast >/dev/null; then
    check afl none
else
    echo "skipped: afl, without afl++"
fi
cat <<'TEXT'
starts: from any directory. seeds: the seed corpus runs clean. edges: that the seeds reach (regions in
the builds for coverage, places of the map for AFL++). linked: the sanitizer or the engine is in it.
alone: only libraries of the system are needed. For AFL++ '-runs=4' is an empty input, and afl-fuzz
took the mutator of whole calls for heap, unless it says otherwise above.
Not run: the services themselves and their images, other engines, other machines.
TEXT
[ "$failures" -eq 0 ] || printf '%d failures; logs are in %s\n' "$failures" "$work"
[ "$failures" -eq 0 ]
