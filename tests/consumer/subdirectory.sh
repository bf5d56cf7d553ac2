#!/usr/bin/env bash
# usage: subdirectory.sh SOURCE_DIR BINARY_DIR
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cmake -G Ninja -S "$1/tests/consumer/project" -B "$scratch" -DHEAPCK_SOURCE_DIR="$1" >"$scratch/log"
cmake --build "$scratch" >>"$scratch/log" || {
    cat "$scratch/log"
    exit 1
}
"$scratch/consumer"
[ ! -e "$scratch/heapck/heapck" ] || {
    echo "the kit was built for somebody who wants the library alone"
    exit 1
}
echo "built with add_subdirectory and ran"
