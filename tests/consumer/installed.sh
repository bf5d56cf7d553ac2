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
# It is that corpus indeed, not the one of the sources.
find "$scratch/prefix/share/heapck/corpus" -name '*.trace' ! -path '*/heap_size/*' -delete
count=$(find "$scratch/prefix/share/heapck/corpus" -name '*.trace' | wc -l)
(cd "$scratch" && "$scratch/prefix/bin/heapck" run --traces 0 >"$scratch/report")
tail -n 1 "$scratch/report" | grep -q "^$count traces, " || {
    cat "$scratch/report"
    echo "the installed program did not run the $count traces beside it"
    exit 1
}
