#!/usr/bin/env bash
# Some seconds of one harness under AFL++, from its seeds and with the mutator of whole calls; then the
# canary, which has to be caught. So what only AFL++ sees of a harness, its main() and its counters, runs
# as often as all other tests do.
#
# usage: smoke_afl.sh BUILDS_DIR SOURCE_DIR [SECONDS]      (builds of fuzz-afl and release)
set -uo pipefail
builds=$(cd "$1" && pwd) || exit 3
seeds=$(cd "$2/corpus/seeds" && pwd) || exit 3
seconds=${3:-10}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0
export AFL_CUSTOM_MUTATOR_LIBRARY=$builds/release/fuzz/afl_mutator.so AFL_CUSTOM_MUTATOR_ONLY=1
export AFL_HANG_TMOUT=10000 # a busy machine is no find
export AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1

# afl HARNESS SEEDS SECONDS: what it says of itself is in $stats, what else in $log
afl() {
    log=$scratch/$1.log
    stats=$scratch/$1/default/fuzzer_stats
    # afl-fuzz refuses options for a sanitizer that is not in the program.
    HEAPCK_FUZZ_HARNESS=$1 env -u ASAN_OPTIONS timeout $(($3 + 60)) afl-fuzz -V "$3" -s 1 -t 1000 \
        -m none -i "$seeds/$2" -o "$scratch/$1" -- "$builds/fuzz-afl/fuzz/$1" >"$log" 2>&1
}

# stat_of NAME: 0 where afl-fuzz did not come so far
stat_of() { sed -n "s/^$1 *: \([0-9]*\).*/\1/p" "$stats" 2>/dev/null | grep . || echo 0; }

# fail WHAT
fail() {
    echo "$1"
    tail -10 "$log" | cut -c 1-200 | sed 's/^/    /'
    failures=$((failures + 1))
}

least=$(find "$seeds/mixed" -type f | wc -l)
status=0
afl mixed mixed "$seconds" || status=$?
if [ "$status" -ne 0 ]; then
    fail "mixed: exit status $status of afl-fuzz"
elif [ "$(stat_of saved_crashes)" -ne 0 ] || [ "$(stat_of saved_hangs)" -ne 0 ]; then
    fail "mixed: $(stat_of saved_crashes) crashes and $(stat_of saved_hangs) hangs"
elif [ "$(stat_of execs_done)" -le "$least" ]; then
    fail "mixed: $(stat_of execs_done) executions, no more than its $least seeds, so nothing was tried"
elif ! grep -aq 'Custom mutator .* installed successfully' "$log"; then
    fail "mixed: without the mutator of whole calls"
else
    printf 'mixed: %s executions, %s edges, nothing found\n' "$(stat_of execs_done)" \
        "$(stat_of edges_found)"
fi

AFL_BENCH_UNTIL_CRASH=1 afl canary heap "$((seconds + 20))"
crash=$(find "$scratch/canary/default/crashes" -name 'id:*' 2>/dev/null | head -1)
if [ -z "$crash" ]; then
    fail "canary: the planted fault was not caught; the alarm is broken"
elif said=$({ "$builds/release/fuzz/canary" "$crash"; } 2>&1) ||
    ! grep -q 'heap_size\.[a-z_.]*is_the_[a-z]*_size is violated by HeapSize' <<<"$said"; then
    fail "canary: something else than the planted fault was caught"
else
    echo "canary: the planted fault was caught"
fi
[ "$failures" -eq 0 ]
