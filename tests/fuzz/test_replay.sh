#!/usr/bin/env bash
# What a harness is given: nothing, what can not be read, and inputs of any size.
#
# usage: test_replay.sh HARNESSES HEAPCK SOURCE_DIR
set -uo pipefail
harnesses=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failures=0

# replay STATUS WORDS HARNESS PATH...: exits so, and says the words
replay() {
    local wanted=$1 words=$2 harness=$3 status=0
    shift 3
    "$harnesses/$harness" "$@" >"$scratch/out" 2>&1 || status=$?
    if [ "$status" -ne "$wanted" ] || ! grep -qF -- "$words" "$scratch/out"; then
        printf '%s %s: exit status %d, not %d, or does not say "%s":\n' \
            "$harness" "$*" "$status" "$wanted" "$words"
        head -5 "$scratch/out" | cut -c 1-200
        failures=$((failures + 1))
    fi
}

mkdir "$scratch/empty" "$scratch/inputs"
mkfifo "$scratch/pipe"
: >"$scratch/inputs/nothing"
head -c 1048576 /dev/zero >"$scratch/inputs/zeroes"
head -c 1048576 /dev/zero | tr '\0' '\377' >"$scratch/inputs/ones"
{ echo '# heapck trace 1' && head -c 1048576 /dev/zero | tr '\0' '#'; } >"$scratch/inputs/text"
# Bytes that are the same in every run, and no more alike than those of this script's shell.
awk 'BEGIN { srand(1); for (i = 0; i < 1048576; i++) printf "%c", 33 + int(rand() * 94) }' \
    >"$scratch/inputs/letters"

for harness in "$harnesses"/*; do
    [ -f "$harness" ] && [ -x "$harness" ] || continue
    case "${harness##*/}" in canary | make_dictionary | print_input | *.so | *.a) continue ;; esac
    seen=yes
    replay 3 'no file to replay' "${harness##*/}"
    replay 3 'no file to replay' "${harness##*/}" "$scratch/empty"
    replay 2 "$scratch/none: No such file" "${harness##*/}" "$scratch/none"
    replay 2 "$scratch/pipe: Invalid argument" "${harness##*/}" "$scratch/pipe"
    replay 0 '5 files, ' "${harness##*/}" "$scratch/inputs"
done
[ -n "${seen:-}" ] || { echo "there is no harness in $harnesses" && exit 1; }

export HEAPCK_FUZZ_TARGET=so:$scratch/none.so
replay 2 'none.so: there is no such file' heap "$scratch/inputs/nothing"
export HEAPCK_FUZZ_TARGET=another
replay 2 'HEAPCK_FUZZ_TARGET=another: it has to be winmem or so:PATH' heap "$scratch/inputs/nothing"
export HEAPCK_FUZZ_TARGET=winmem HEAPCK_FUZZ_EXPECT=$scratch/none
replay 2 "$scratch/none: No such file" heap "$scratch/inputs/nothing"

[ "$failures" -eq 0 ]
