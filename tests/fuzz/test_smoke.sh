#!/usr/bin/env bash
# The smoke of the harnesses passes where each of them ran and the canary was caught, and not where one
# did nothing. The harnesses are scripts here.
#
# usage: test_smoke.sh SOURCE_DIR
set -euo pipefail
source_dir=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/build/fuzz" "$scratch/tree/corpus/seeds/heap"
: >"$scratch/tree/corpus/seeds/heap/one.trace"
: >"$scratch/tree/corpus/seeds/heap/other.trace"
clause=heap_size.live_block.is_the_requested_size

# harness NAME: a script from standard input
harness() {
    { echo '#!/bin/sh' && cat; } >"$scratch/build/fuzz/$1"
    chmod +x "$scratch/build/fuzz/$1"
    printf '[libfuzzer]\nmax_len = 120\n' >"$scratch/build/fuzz/$1.options"
}

# smoke STATUS WORDS
smoke() {
    local status=0
    "$source_dir/fuzz/smoke.sh" "$scratch/build" "$scratch/tree" 1 2 >"$scratch/out" 2>&1 || status=$?
    if [ "$status" -ne "$1" ] || ! grep -qF -- "$2" "$scratch/out"; then
        echo "failed: exit status $status, not $1, or does not say: $2"
        sed 's/^/    /' "$scratch/out"
        exit 1
    fi
}

# executes COUNT
executes() {
    harness heap <<<"echo '#2 INITED cov: 77 ft: 78' >&2; echo 'stat::number_of_executed_units: $1'"
}

smoke 3 'there is no harness in'
executes 1000
smoke 3 'there is no canary in'
harness canary <<<"echo '$clause is violated by HeapSize(h0, 0, b0)'; exit 77"
smoke 0 'heap: 1000 executions, 77 edges, nothing found'
smoke 0 'canary: the planted fault was caught'
executes 0
smoke 123 'heap: no more than its 2 seeds, so nothing was tried'
executes 2 # the seeds, and nothing that is made of them
smoke 123 'heap: no more than its 2 seeds, so nothing was tried'
harness heap <<<':'
smoke 123 'heap: 0 executions'
harness heap <<<'echo "heapck harness: a clause is violated"; exit 77'
smoke 123 'heap: exit status 77'
executes 1000
harness canary <<<"echo 'stat::number_of_executed_units: 1000'"
smoke 123 'canary: the planted fault was not caught; the alarm is broken'
harness canary <<<'exit 1'
smoke 123 'canary: the planted fault was not caught; the alarm is broken'
echo "what did nothing does not pass"
