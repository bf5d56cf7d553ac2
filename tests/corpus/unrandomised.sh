#!/usr/bin/env bash
# Without address randomisation the first stack lies in the gap above the application addresses. It
# is the process's own: it is not touched, the clause of the gap is unsupported, the rest conforms.
set -uo pipefail
heapck=$1
if ! setarch -R true 2>/dev/null; then
    echo "skipped: setarch -R is missing or not permitted"
    exit 77
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
    echo "$*"
    cat "$scratch"/*.out
    exit 1
}

{
    echo "# heapck trace 1"
    echo "Peek(0x7FFFFFFF0000, 64K)"
    echo "Poke(0x7FFFFFFFE000, 4K, 0)"
    echo "Execute(0x7FFFFFFFE000)"
} >"$scratch/gap.trace"
setarch -R "$heapck" replay "$scratch/gap.trace" >"$scratch/replay.out" 2>&1
status=$?
[ "$status" -eq 0 ] || [ "$status" -eq 3 ] || fail "a probe of the gap was made: status $status"
told=$(grep -c 'unsupported: the process has memory of its own there' "$scratch/replay.out")
[ "$told" -eq 3 ] || fail "of 3 probes of the gap $told are told as unsupported"

setarch -R "$heapck" run --traces 300 --seed 7 >"$scratch/run.out" 2>&1 ||
    fail "a run without address randomisation does not conform"
echo "a run without address randomisation conforms"
