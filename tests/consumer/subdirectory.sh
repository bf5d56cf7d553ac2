#!/usr/bin/env bash
# add_subdirectory gives the library alone, by the same name as the installed package.
source "$(dirname "$0")/common.sh" "$@"
{
    cmake -G Ninja -S "$source_dir/tests/consumer/project" -B "$scratch" \
        -DHEAPCK_SOURCE_DIR="$source_dir" -DWINMEM_LIBRARY=winmem::winmem_static &&
        cmake --build "$scratch"
} >"$scratch/log" 2>&1 || die "$(cat "$scratch/log")"
"$scratch/consumer" || die "exit status $?"
[ ! -e "$scratch/heapck/heapck" ] || die "the kit was built for somebody who wants the library alone"
echo "built with add_subdirectory and ran"
