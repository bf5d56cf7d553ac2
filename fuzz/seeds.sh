#!/usr/bin/env bash
# Makes seeds of what engines have collected: of the inputs that reach edges which others do not, the
# shortest, as text. The seeds that are there stay.
#
# usage: seeds.sh BUILD_DIR SOURCE_DIR HARNESS FOLDER...      (a build of fuzz-libfuzzer-plain)
set -euo pipefail
program=$(cd "$1/fuzz" && pwd)/$3
print=$(cd "$1/fuzz" && pwd)/print_input
seeds=$2/corpus/seeds/$3
most=120
longest=$(sed -n "s/^max_len = //p" "$2/fuzz/options/trace.options")
shift 3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/merged" "$scratch/seeds"
# Counts and clauses would keep thousands.
HEAPCK_FUZZ_UNGUIDED=1 "$program" -merge=1 -use_counters=0 -max_len="$longest" "$scratch/merged" "$@" \
    >"$scratch/log" 2>&1 || { tail "$scratch/log" && exit 1; }
find "$scratch/merged" -type f -printf '%s %p\n' | sort -n | head -n "$most" | cut -d ' ' -f 2 |
    while IFS= read -r input; do
        "$print" "$input" >"$scratch/seed"
        mv "$scratch/seed" "$scratch/seeds/$(sha1sum "$scratch/seed" | cut -c 1-12).trace"
    done
mkdir -p "$seeds"
find "$scratch/seeds" -type f -exec mv -t "$seeds" {} +
printf '%s: %d seeds, %d KB\n' "$seeds" "$(find "$seeds" -type f | wc -l)" \
    "$(cat "$seeds"/* | wc -c | awk '{print int($1 / 1024)}')"
