#!/usr/bin/env bash
# usage: installed.sh SOURCE_DIR BINARY_DIR
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cmake --install "$2" --prefix "$scratch/prefix" >"$scratch/log"
library=$(dirname "$(find "$scratch/prefix" -name libwinmem.a)")
cc -Wall -Wextra -Werror -I"$scratch/prefix/include/winmem" "$1/tests/consumer/project/consumer.c" \
    -o "$scratch/static" "$library/libwinmem.a" -lpthread
"$scratch/static"
cc -Wall -Wextra -Werror -I"$scratch/prefix/include/winmem" "$1/tests/consumer/project/consumer.c" \
    -o "$scratch/shared" -L"$library" -lwinmem
LD_LIBRARY_PATH="$library" "$scratch/shared"
# The installed program finds the installed corpus.
(cd "$scratch" && "$scratch/prefix/bin/heapck" run --traces 20 >"$scratch/report")
tail -n 1 "$scratch/report"
