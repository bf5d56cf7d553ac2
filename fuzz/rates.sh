#!/usr/bin/env bash
# What the harnesses get done under the engines, one core, from their seeds, with inputs of 20 calls at
# most: for `./dev bench`, beside `heapck bench fuzz`, which measures the same work without an engine.
#
# usage: rates.sh BUILDS_DIR SOURCE_DIR [SECONDS]
#
# BUILDS_DIR has the build folders of the presets. An engine that is not there is told and not
# measured. A rate has the engine's own work in it; AFL++ runs whatever it keeps eight times more.
set -uo pipefail
builds=$(cd "$1" && pwd) || exit 3
source_dir=$(cd "$2" && pwd) || exit 3
seconds=${3:-10}
call_bytes=$(sed -n 's/.*BYTES_PER_CALL = \([0-9]*\).*/\1/p' "$source_dir/kit/generate/bytes.h")
input_bytes=$((20 * call_bytes))
harnesses=(heap virtual_memory mixed)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0
one_core=(taskset -c "$(taskset -cp $$ | sed 's/.*[:,-] *//')") # the last of those that are allowed

# fail NAME LOG: a rate of a run that broke off is none
fail() {
    echo "fuzz.$1 not measured: it broke off:"
    tail -5 "$2" | cut -c 1-200 | sed 's/^/    /'
    failures=$((failures + 1))
}

# missing NAME PROGRAM PACKAGE COMMAND
missing() { echo "fuzz.$1 not measured: $2 is not there: apt-get install $3, then ./dev $4"; }

stat_of() { sed -n "s/^$1 *: \([0-9.]*\).*/\1/p" "$2"; }

# afl-fuzz refuses options for a sanitizer that is not in the program.
measure_afl() {
    local name program=$builds/fuzz-afl/fuzz/$1 out=$scratch/afl-$1 stats rate
    name=afl_$1
    if [ ! -x "$program" ] || ! command -v afl-fuzz >/dev/null; then
        missing "$name" "$program, or afl-fuzz," afl++ build-fuzz
        return
    fi
    stats=$out/default/fuzzer_stats
    AFL_CUSTOM_MUTATOR_LIBRARY=$builds/release/fuzz/afl_mutator.so AFL_CUSTOM_MUTATOR_ONLY=1 \
        HEAPCK_FUZZ_HARNESS=$1 AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 \
        AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 \
        timeout $((seconds + 60)) "${one_core[@]}" env -u ASAN_OPTIONS afl-fuzz -V "$seconds" \
        -s 1 -t 1000 -m none -G "$input_bytes" -i "$source_dir/corpus/seeds/$1" -o "$out" -- "$program" >"$out.log" 2>&1
    rate=$(stat_of execs_per_sec "$stats" 2>/dev/null)
    if [ -z "$rate" ]; then
        fail "$name" "$out.log"
        return
    fi
    printf 'fuzz.%s %.0f executions/s\n' "$name" "$rate"
    printf 'fuzz.%s_stability %s %%\n' "$name" "$(stat_of stability "$stats")"
}

measure_libfuzzer() {
    local name=libfuzzer_$1 program=$builds/$2/fuzz/$1 log=$scratch/$2-$1.log options rate
    local command='fuzz 1'
    if [ "$2" = fuzz-libfuzzer ]; then
        name=libfuzzer_asan_$1
        command=build-fuzz
    fi
    if [ ! -x "$program" ]; then
        missing "$name" "$program" clang "$command"
        return
    fi
    mapfile -t options < <(sed -n '/^\[libfuzzer\]$/,/^$/s/^\([a-z_]*\) = \(.*\)$/-\1=\2/p' \
        "$program.options")
    mkdir -p "$scratch/$2-$1"
    (cd "$scratch" && timeout $((seconds + 60)) "${one_core[@]}" "$program" "${options[@]}" \
        -seed=1 -max_len="$input_bytes" -max_total_time="$seconds" -print_final_stats=1 \
        "$2-$1" "$source_dir/corpus/seeds/$1") \
        >"$log" 2>&1
    rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
    if [ -z "$rate" ] || grep -aq 'heapck harness:\|ERROR:' "$log"; then
        fail "$name" "$log"
        return
    fi
    echo "fuzz.$name $rate executions/s"
}

for harness in "${harnesses[@]}"; do
    measure_afl "$harness"
done
for build in fuzz-libfuzzer-plain fuzz-libfuzzer; do
    for harness in "${harnesses[@]}"; do
        measure_libfuzzer "$harness" "$build"
    done
done
echo "fuzz.afl_goal 5000 executions/s"
echo "fuzz.afl_stability_goal 100.00 %"
[ "$failures" -eq 0 ]
