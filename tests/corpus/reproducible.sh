#!/usr/bin/env bash
# The same seed gives the same bytes, whatever the number of workers: of a target that conforms, and
# of one of which there are examples to choose and to shrink.
# usage: reproducible.sh HEAPCK TOY
set -uo pipefail
heapck=$1
toy=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# check STATUS ARGUMENTS...
check() {
    local wanted=$1 format jobs status
    shift
    for format in text json; do
        for jobs in 1 2; do
            status=0
            "$heapck" run "$@" --jobs "$jobs" --format "$format" >"$scratch/$jobs" || status=$?
            [ "$status" -eq "$wanted" ] || exit 1
        done
        cmp "$scratch/1" "$scratch/2" || exit 1
        [ -s "$scratch/1" ] || exit 1
    done
}

check 0 --traces 2000 --seed 7
HEAPCK_MUTANT=heap_size_rounds_up check 1 --target "so:$toy" --traces 500 --seed 7
echo "text and JSON reports are byte-identical"
