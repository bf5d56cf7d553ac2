#!/bin/sh
# The trace of a clause shows that clause: corpus/clauses/F/N.trace has F.N judged on libwinmem. What
# takes threads that meet is tried again; what this system does not support is told and let pass.
#
# usage: own_traces.sh HEAPCK CORPUS
set -eu
tries_max=20
failed=0
# Kept by rules, so not judged.
undefined=$("$1" spec list | awk '$2 == "undefined" {print $1}')
[ -n "$undefined" ] || { echo "no clause is undefined: spec list reads otherwise"; exit 1; }

is_shown() {
    "$1" run --only "$2" --format json "$3" 2> /dev/null |
        grep -q '"state": "\(hold\|latitude\)"'
}

is_unsupported() {
    "$1" run --only "$2" --format json "$3" 2> /dev/null | grep -q '"state": "unsupported"'
}

for trace in "$2"/clauses/*/*.trace; do
    family=$(basename "$(dirname "$trace")")
    id=$family.$(basename "$trace" .trace | sed 's/\.[0-9]*$//')
    case "
$undefined
" in *"
$id
"*) continue ;; esac
    tries=0
    until is_shown "$1" "$id" "$trace"; do
        if is_unsupported "$1" "$id" "$trace"; then
            echo "$id is not supported by this system"
            break
        fi
        tries=$((tries + 1))
        if [ "$tries" -eq "$tries_max" ]; then
            echo "$trace does not show $id"
            failed=1
            break
        fi
    done
done
exit "$failed"
