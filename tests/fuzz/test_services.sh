#!/usr/bin/env bash
# What the services for continuous fuzzing are given: with AFL++, compiled without what is on the
# denylist and with the mutator beside the harnesses; and a program of which nobody can say what it
# needs does not stand alone. Compilers and ldd are scripts here.
#
# usage: test_services.sh SOURCE_DIR
set -euo pipefail
source_dir=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/bin" "$scratch/src" "$scratch/work" "$scratch/out"
ln -s "$source_dir" "$scratch/src/heapck"
export PATH=$scratch/bin:$PATH

die() {
    echo "failed: $*"
    exit 1
}

# program NAME: a script from standard input
program() {
    { echo '#!/bin/bash' && cat; } >"$scratch/bin/$1"
    chmod +x "$scratch/bin/$1"
}

program zip <<<': >"$4"'
program cmake <<'END'
echo "CC=$CC denylist=${AFL_LLVM_DENYLIST:-} engine=${LIB_FUZZING_ENGINE:-none} $*" >>"$BUILT"
[ "$1" = --build ] || exit 0
mkdir -p "$2/fuzz"
case "$*" in
*fuzz_afl_mutator) : >"$2/fuzz/afl_mutator.so" ;;
*) for name in heap canary; do : >"$2/fuzz/$name"; : >"$2/fuzz/$name.options"; done ;;
esac
END

# build ENGINE COMPILER
build() {
    rm -rf "$scratch/out"/* "$scratch/built"
    BUILT=$scratch/built CC=$2 CXX=$2++ SRC=$scratch/src WORK=$scratch/work OUT=$scratch/out \
        FUZZING_ENGINE=$1 SANITIZER=address LIB_FUZZING_ENGINE=engine.a \
        bash -eu "$source_dir/fuzz/oss-fuzz/build.sh" || die "build.sh for $1"
    [ -f "$scratch/out/heap" ] && [ -f "$scratch/out/heap.options" ] &&
        [ -f "$scratch/out/heap_seed_corpus.zip" ] || die "$1: the harness is not whole"
    [ ! -e "$scratch/out/canary" ] || die "$1: the canary goes to a service"
}

# built PATTERN: a build was asked for like that
built() { grep -qE -- "$1" "$scratch/built" || die "nothing was built as $1"; }

build libfuzzer clang
[ ! -e "$scratch/out/afl_mutator.so" ] || die "libfuzzer: a mutator for AFL++"
build afl afl-clang-fast
[ -f "$scratch/out/afl_mutator.so" ] || die "afl: the mutator is missing"
built '^CC=afl-clang-fast .*engine=engine.a .*--target fuzz$'
built '^CC=clang .*engine=none .*HEAPCK_FUZZ_ENGINE=replay$'
denylist=$(sed -n 's/^CC=afl-clang-fast denylist=\([^ ]*\) .*/\1/p' "$scratch/built" | head -1)
[ -f "$denylist" ] || die "the denylist of AFL++ is '$denylist'"
while IFS= read -r file; do
    [ -n "$(find "$source_dir/impl" "$source_dir/kit" "$source_dir/fuzz" -path "*/$file")" ] ||
        die "the denylist of AFL++ names $file, which is not there"
done < <(sed -n 's/^src: \*//p' "$denylist")

eval "$(sed -n '/^system=/p; /^stands_alone()/,/^}/p' "$source_dir/fuzz/check.sh")"

# alone STATUS: with an ldd from standard input
alone() {
    local status=0
    program ldd
    stands_alone program || status=1
    [ "$status" -eq "$1" ] || die "stands_alone is $status, not $1, with $(tail -1 "$scratch/bin/ldd")"
}

alone 0 <<<"printf '\tlinux-vdso.so.1 (0x1)\n\tlibc.so.6 => /lib/libc.so.6 (0x1)\n'"
alone 1 <<<"printf '\tlibc.so.6 => /lib/libc.so.6 (0x1)\n\tlibcmocka.so.0 => /lib/libcmocka.so.0\n'"
alone 1 <<<'echo "not a dynamic executable" >&2; exit 1'
alone 1 <<<"printf '\tlibc.so.6 => /lib/libc.so.6 (0x1)\n'; exit 1"
alone 1 <<<':'
echo ok
