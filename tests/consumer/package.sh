#!/usr/bin/env bash
# find_package(winmem) of a tree that has been moved gives targets that link and run.
source "$(dirname "$0")/common.sh" "$@"
install_and_move
for library in winmem_shared winmem_static; do
    {
        cmake -G Ninja -S "$source_dir/tests/consumer/project" -B "$scratch/$library" \
            -DCMAKE_PREFIX_PATH="$prefix" -DWINMEM_LIBRARY="winmem::$library" &&
            cmake --build "$scratch/$library"
    } >"$scratch/log" 2>&1 || die "$library: $(cat "$scratch/log")"
    "$scratch/$library/consumer" || die "$library: exit status $?"
done
echo "found, built and ran with winmem::winmem_shared and winmem::winmem_static"
