#!/usr/bin/env bash
# generated_reach.sh notices what is reached no longer, what is reached after all, and that nothing is
# reached. The kit is a script here, which prints a report.
#
# usage: test_generated_reach.sh FOLDER_OF_GENERATED_REACH_SH
set -euo pipefail
script=$1/generated_reach.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
mkdir clauses
printf 'EXEMPT(heap, walk, unjudged,\n    EXEMPT_JUDGE, "nobody can say")\n' >clauses/exemptions_heap.def
printf '#!/bin/sh\ncat "%s/report"\n' "$scratch" >heapck
chmod +x heapck

# clause ID STATE [BASIS]
clause() { printf '{"id": "%s", "basis": "%s", "state": "%s"},\n' "$1" "${3:-documented}" "$2"; }

# reach STATUS WORDS: of the report on standard input
reach() {
    local status=0
    cat >report
    "$script" ./heapck clauses unreached.txt >out 2>&1 || status=$?
    if [ "$status" -ne "$1" ] || ! grep -qxF -- "$2" out; then
        echo "failed: exit status $status, not $1, or does not say: $2"
        sed 's/^/    /' out
        exit 1
    fi
}

report() {
    clause heap.alloc.works hold
    clause heap.walk.unjudged "${unjudged:-not exercised}"
    clause heap.alloc.dear "${dear:-not exercised}"
    clause heap.alloc.lucky "${lucky:-not exercised}"
    clause heap.alloc.forbidden 'not exercised' undefined
    clause heap.alloc.other "${other:-latitude}"
}

printf '# why\nheap.alloc.dear  takes too long\nheap.alloc.lucky  rare: by chance\n' >unreached.txt
reach 0 '2 clauses reached, 3 not' < <(report)
reach 0 'reached this time: heap.alloc.lucky' < <(lucky=hold report)
reach 1 'heap.alloc.other' < <(other='not exercised' report)
reach 1 'generated traces reach what is said to be out of reach:' < <(dear=violated report)
reach 1 'heap.walk.unjudged' < <(unjudged=hold report)
reach 1 'generated traces reach no clause at all' </dev/null
reach 1 'generated traces reach no clause at all' < <(report | sed 's/hold\|latitude/not exercised/')
echo 'heap.alloc.gone  takes too long' >>unreached.txt
reach 1 'no judged clause:' < <(report)
echo ok
