#!/usr/bin/env bash
# Regression traces conform without probes between their calls, too: these may hide what they are for.
#
# usage: regress_as_it_is.sh HEAPCK CORPUS
set -uo pipefail
count=0
failures=0
for trace in "$2"/regress/*.trace; do
    count=$((count + 1))
    if ! said=$("$1" replay "$trace" 2>&1); then
        printf '%s\n%s\n' "$trace" "$said"
        failures=$((failures + 1))
    fi
done
printf '%d traces, %d failures\n' "$count" "$failures"
[ "$count" -gt 0 ] && [ "$failures" -eq 0 ]
