#!/usr/bin/env bash
# The same seed gives the same bytes, whatever the number of workers.
set -uo pipefail
heapck=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for format in text json; do
    "$heapck" run --traces 2000 --seed 7 --jobs 1 --format "$format" >"$scratch/1.$format" || exit 1
    "$heapck" run --traces 2000 --seed 7 --jobs 2 --format "$format" >"$scratch/2.$format" || exit 1
    cmp "$scratch/1.$format" "$scratch/2.$format" || exit 1
    [ -s "$scratch/1.$format" ] || exit 1
done
echo "text and JSON reports are byte-identical"
