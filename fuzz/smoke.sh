#!/usr/bin/env bash
# Some seconds of every harness under libFuzzer, from its seeds; the canary has to be there and to be
# caught, and every other harness to run its seeds and more.
#
# usage: smoke.sh BUILD_DIR SOURCE_DIR [SECONDS [JOBS]]
set -uo pipefail
harnesses=$(cd "$1/fuzz" && pwd) || exit 3
seeds=$(cd "$2/corpus/seeds" && pwd) || exit 3
export seeds seconds=${3:-10} scratch
jobs=${4:-$(nproc)}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# options_of HARNESS: its .options as flags
options_of() {
    sed -n '/^\[libfuzzer\]$/,/^$/s/^\([a-z_]*\) = \(.*\)$/-\1=\2/p' "$1.options"
    [ ! -f "$1.dict" ] || printf -- '-dict=%s\n' "$1.dict"
}

# smoke HARNESS: one line of what it did; its log stays where it failed
smoke() {
    local name=${1##*/} log=$scratch/${1##*/}.log status=0 folder=$seeds/${1##*/} options count least
    mapfile -t options < <(options_of "$1")
    [ "$name" != canary ] || folder=$seeds/heap
    mkdir -p "$scratch/$name.corpus"
    (cd "$scratch" && timeout $((seconds + 60)) "$1" "${options[@]}" -max_total_time="$seconds" \
        -print_final_stats=1 -artifact_prefix="$scratch/$name." "$name.corpus" "$folder") \
        >"$log" 2>&1 || status=$?
    if [ "$name" = canary ]; then
        # The size of a block that was moved is another clause's; which one is told first is chance.
        if [ "$status" -ne 0 ] &&
            grep -aq 'heap_size\.[a-z_.]*is_the_[a-z]*_size is violated by HeapSize' "$log"; then
            echo "$name: the planted fault was caught"
            return 0
        fi
        echo "$name: the planted fault was not caught; the alarm is broken"
    elif [ "$status" -eq 0 ]; then
        count=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
        least=$(find "$folder" -type f | wc -l)
        printf '%s: %s executions, %s edges, nothing found\n' "$name" "${count:-0}" \
            "$(grep -ao 'cov: [0-9]*' "$log" | tail -1 | cut -d ' ' -f 2)"
        [ "${count:-0}" -le "$least" ] || return 0
        echo "$name: no more than its $least seeds, so nothing was tried"
    else
        echo "$name: exit status $status"
    fi
    grep -a -m 1 -A 200 'heapck harness:\|ERROR:' "$log" | cut -c 1-300 || tail -20 "$log"
    return 1
}
export -f smoke options_of

mapfile -t programs < <(find "$harnesses" -maxdepth 1 -name '*.options' | sed 's/\.options$//' | sort)
if [ "${#programs[@]}" -eq 0 ]; then
    echo "there is no harness in $harnesses"
    exit 3
fi
if ! printf '%s\n' "${programs[@]##*/}" | grep -x canary >/dev/null; then
    echo "there is no canary in $harnesses, so nobody knows whether the alarm works"
    exit 3
fi
printf '%s\0' "${programs[@]}" | xargs -0 -P "$jobs" -I{} bash -c 'smoke "$1"' smoke {}
