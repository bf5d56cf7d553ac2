#!/usr/bin/env bash
# WinPR exports a part of the API: that part is judged, the rest is unsupported.
source "$(dirname "$0")/common.sh" "$@"
library=$(ldconfig -p 2>/dev/null | awk '$1 == "libwinpr2.so.2" {print $NF; exit}')
[ -n "$library" ] || skip "libwinpr2.so.2 is not installed (Debian package libwinpr2-2)"
status=0
"$heapck" run --target "so:$library" --traces 500 >"$scratch/report.txt" 2>&1 || status=$?
[ "$status" -eq 1 ] || {
    cat "$scratch/report.txt"
    die "exit status $status, not 1"
}
tail -n 1 "$scratch/report.txt" | grep -Eq '[1-9][0-9]* violated.* [1-9][0-9]* unsupported' || {
    cat "$scratch/report.txt"
    die "the summary names no violation or nothing unsupported"
}
tail -n 1 "$scratch/report.txt"
