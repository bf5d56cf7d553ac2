#!/usr/bin/env bash
# The smoke under AFL++ passes where the harness ran with the mutator and the canary was caught, and not
# where afl-fuzz did nothing. afl-fuzz and the harnesses are scripts here.
#
# usage: test_smoke_afl.sh SOURCE_DIR
set -euo pipefail
source_dir=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
builds=$scratch/builds
mkdir -p "$scratch/bin" "$builds/fuzz-afl/fuzz" "$builds/release/fuzz" \
    "$scratch/tree/corpus/seeds/mixed" "$scratch/tree/corpus/seeds/heap"
: >"$scratch/tree/corpus/seeds/mixed/one.trace"
export PATH=$scratch/bin:$PATH

# program PATH: a script from standard input
program() {
    { echo '#!/bin/bash' && cat; } >"$1"
    chmod +x "$1"
}

# smoke STATUS WORDS
smoke() {
    local status=0
    "$source_dir/fuzz/smoke_afl.sh" "$builds" "$scratch/tree" 1 >"$scratch/out" 2>&1 || status=$?
    if [ "$status" -ne "$1" ] || ! grep -qF -- "$2" "$scratch/out"; then
        echo "failed: exit status $status, not $1, or does not say: $2"
        sed 's/^/    /' "$scratch/out"
        exit 1
    fi
}

# afl EXECUTIONS CRASHES CAUGHT LOADS: what the next afl-fuzz does
afl() {
    program "$scratch/bin/afl-fuzz" <<END
while [ "\$1" != -o ]; do shift; done
mkdir -p "\$2/default/crashes"
printf 'execs_done        : $1\nedges_found       : 70\nsaved_crashes     : $2\nsaved_hangs       : 0\n' \
    >"\$2/default/fuzzer_stats"
case "\$2" in */canary) $3 "\$2/default/crashes/id:000" ;; esac
$4 "Custom mutator 'a.so' installed successfully."
END
}

program "$builds/release/fuzz/canary" <<<'echo "heap_size.live_block.is_the_requested_size is violated by HeapSize(h0)"; exit 134'
afl 5000 0 : echo
smoke 1 'canary: the planted fault was not caught; the alarm is broken'
afl 5000 0 touch echo
smoke 0 'mixed: 5000 executions, 70 edges, nothing found'
smoke 0 'canary: the planted fault was caught'
afl 1 0 touch echo # its one seed, and nothing that is made of it
smoke 1 'mixed: 1 executions, no more than its 1 seeds, so nothing was tried'
afl 5000 2 touch echo
smoke 1 'mixed: 2 crashes and 0 hangs'
afl 5000 0 touch :
smoke 1 'mixed: without the mutator of whole calls'
program "$scratch/bin/afl-fuzz" <<<'echo "PROGRAM ABORT"; exit 1'
smoke 1 'mixed: exit status 1 of afl-fuzz'
afl 5000 0 touch echo
program "$builds/release/fuzz/canary" <<<'echo "heap_free.live_block.succeeds is violated"; exit 134'
smoke 1 'canary: something else than the planted fault was caught'
echo "what did nothing does not pass"
