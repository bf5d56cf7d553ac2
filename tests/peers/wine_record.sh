#!/usr/bin/env bash
# A log recorded under Wine and judged without it gives the verdicts of the live run.
source "$(dirname "$0")/common.sh" "$@"
need_wine
count=0
for trace in "$source_dir"/corpus/findings/wine-8.0/*.trace; do
    [ -f "$trace" ] || die "no finding to record"
    "$heapck" record "$trace" --target "exec:wine '$agent'" -o "$scratch/log" || die "record $trace"
    live=0
    "$heapck" replay "$trace" --target "exec:wine '$agent'" --profile windows \
        >"$scratch/live.txt" || live=$?
    later=0
    "$heapck" judge "$scratch/log" --profile windows >"$scratch/later.txt" || later=$?
    [ "$live" -eq 1 ] || die "replay of $trace: exit status $live, not 1"
    [ "$later" -eq 1 ] || die "judge of the log of $trace: exit status $later, not 1"
    for file in live later; do
        grep -oiE 'violated [a-z0-9_]+\.[a-z0-9_.]+'  "$scratch/$file.txt" | tr '[:upper:]' '[:lower:]' |
            sort -u >"$scratch/$file.violated"
    done
    cmp -s "$scratch/live.violated" "$scratch/later.violated" || {
        diff "$scratch/live.violated" "$scratch/later.violated"
        die "verdicts of $trace differ"
    }
    count=$((count + 1))
done
echo "$count logs judged as live"
