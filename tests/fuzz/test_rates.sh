#!/usr/bin/env bash
# The rates under engines are read from what the engines say; engines that are not there are told, and
# runs that break off have no rate. The engines are scripts here.
#
# usage: test_rates.sh SOURCE_DIR
set -euo pipefail
source_dir=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/bin" "$scratch/builds/release/fuzz"
export PATH=$scratch/bin:$PATH

die() {
    echo "failed: $*"
    sed 's/^/    /' "$scratch/out"
    exit 1
}

# rates STATUS: what it prints is in $scratch/out
rates() {
    local status=0
    "$source_dir/fuzz/rates.sh" "$scratch/builds" "$source_dir" 1 >"$scratch/out" 2>&1 || status=$?
    [ "$status" -eq "$1" ] || die "exit status $status, not $1"
}

says() { grep -qxE -- "$1" "$scratch/out" || die "nothing says: $1"; }

# program PATH: a script from standard input
program() {
    mkdir -p "$(dirname "$1")"
    { echo '#!/bin/sh' && cat; } >"$1"
    chmod +x "$1"
}

rates 0
says 'fuzz.afl_heap not measured: .* is not there: apt-get install afl\+\+, then ./dev build-fuzz'
says 'fuzz.libfuzzer_mixed not measured: .* is not there: apt-get install clang, then ./dev fuzz 1'
says 'fuzz.libfuzzer_asan_heap not measured: .* apt-get install clang, then ./dev build-fuzz'

for harness in heap virtual_memory mixed; do
    program "$scratch/builds/fuzz-afl/fuzz/$harness" <<<':'
    program "$scratch/builds/fuzz-libfuzzer/fuzz/$harness" <<<'echo "stat::average_exec_per_sec: 321" >&2'
    echo >"$scratch/builds/fuzz-libfuzzer/fuzz/$harness.options"
done
export ASAN_OPTIONS=detect_leaks=1
program "$scratch/bin/afl-fuzz" <<'TEXT'
[ -z "${ASAN_OPTIONS:-}" ] || { echo "PROGRAM ABORT: Custom ASAN_OPTIONS" && exit 1; }
case "$*" in *" -G 2400 "*) ;; *) echo "PROGRAM ABORT: inputs of another length"; exit 1 ;; esac
while [ "$1" != -o ]; do shift; done
mkdir -p "$2/default"
printf 'execs_per_sec     : 5432.10\nstability         : 99.97%%\n' >"$2/default/fuzzer_stats"
TEXT
rates 0
says 'fuzz.afl_heap 5432 executions/s'
says 'fuzz.afl_heap_stability 99.97 %'
says 'fuzz.libfuzzer_asan_mixed 321 executions/s'
says 'fuzz.libfuzzer_heap not measured: .*'

program "$scratch/bin/afl-fuzz" <<<'echo "PROGRAM ABORT"; exit 1'
program "$scratch/builds/fuzz-libfuzzer/fuzz/heap" <<'TEXT'
echo 'heapck harness: a clause is violated'
echo 'stat::average_exec_per_sec: 321'
exit 77
TEXT
rates 1
says 'fuzz.afl_mixed not measured: it broke off:'
says '    PROGRAM ABORT'
says 'fuzz.libfuzzer_asan_heap not measured: it broke off:'
says 'fuzz.libfuzzer_asan_mixed 321 executions/s'
echo "rates are read, what is not there is told, and what broke off has none"
