#!/usr/bin/env bash
# A violation ends a harness by SIGABRT and is told with a trace that can be replayed; one that is
# known ends nothing.
#
# usage: test_canary.sh HARNESSES HEAPCK SOURCE_DIR
set -uo pipefail
canary=$1/canary
heapck=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
clause=heap_size.live_block.is_the_requested_size

die() {
    echo "failed: $1"
    head -20 "$scratch/out" | cut -c 1-200
    exit 1
}

printf '%s\n' '# heapck trace 1' 'h0 = HeapCreate(0, 0, 0)' 'b0 = HeapAlloc(h0, 0, 100)' \
    'b1 = HeapAlloc(h0, 0, 100)' 'b2 = HeapAlloc(h0, 0, 100)' 'HeapSize(h0, 0, b2)' \
    >"$scratch/caught.trace"
sed '/^b2 =/d; s/b2/b1/' "$scratch/caught.trace" >"$scratch/passes.trace"

"$canary" "$scratch/passes.trace" >"$scratch/out" 2>&1 || die "two blocks are no fault"
"$canary" "$scratch/caught.trace" >"$scratch/out" 2>&1
[ $? -eq 134 ] || die "the planted fault was not caught by SIGABRT"
grep -q "$clause is violated by HeapSize(h0, 0, b[012]): expected the result to be 100, seen 101" \
    "$scratch/out" || die "the clause and what was expected are not told"

sed -n '/^# heapck trace 1$/,/^# end of the trace$/p' "$scratch/out" >"$scratch/told.trace"
"$heapck" replay --weave "$scratch/told.trace" --target winmem >"$scratch/out" 2>&1 ||
    die "the trace that is told can not be replayed"
tail -n +3 "$scratch/told.trace" | grep -v '^# end' >"$scratch/told"
diff <(tail -n +2 "$scratch/caught.trace") "$scratch/told" >"$scratch/out" ||
    die "the trace that is told is another"

echo "$clause  planted" >"$scratch/expect"
HEAPCK_FUZZ_EXPECT=$scratch/expect "$canary" "$scratch/caught.trace" >"$scratch/out" 2>&1 ||
    die "a deviation that is known ended the harness"
echo "caught, told, and known where it is expected"
