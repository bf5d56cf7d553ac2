#!/usr/bin/env bash
# README.md, "Judge your own allocator", word for word, with heapck where it was built and where it was
# installed, in a folder that has nothing of ours.
source "$(dirname "$0")/common.sh" "$@"
install_and_move
unset HEAPCK_CORPUS
source=$source_dir/tests/consumer/mine.c
readme=$source_dir/README.md

# It is the file that README.md shows.
sed -n '/^    #include <malloc.h>/,/^    int HeapFree/p' "$readme" | sed 's/^    //' >"$scratch/shown.c"
head -n "$(wc -l <"$scratch/shown.c")" "$source" | cmp - "$scratch/shown.c" ||
    die "README.md shows another mine.c than tests/consumer/mine.c"
sed -n '/^    heap[a-z_.]*  /s/^    //p' "$readme" >"$scratch/known.txt"
[ -s "$scratch/known.txt" ] || die "README.md shows no known.txt"

# does STATUS LINE COMMAND...
does() {
    local wanted=$1 verdict=$2 status=0
    shift 2
    "$@" >"$scratch/out.txt" 2>&1 || status=$?
    [ "$status" -eq "$wanted" ] && grep -qE "^$verdict" "$scratch/out.txt" || {
        cat "$scratch/out.txt"
        die "$*: exit status $status, not $wanted with '$verdict'"
    }
}

# judge FOLDER [OPTION...]: with the heapck that PATH finds
judge() {
    local clause=heap_size.live_block.is_the_requested_size
    mkdir "$1"
    cd "$1"
    shift
    cp "$source" mine.c
    cc -shared -fPIC mine.c -o libmine.so
    does 1 'verdict: violated: 4 clauses' heapck run --target so:./libmine.so --report out "$@"
    tail -n 1 "$scratch/out.txt"
    does 1 'verdict: violated' heapck replay "out/$clause.trace" --target so:./libmine.so
    does 0 'verdict: conforms; violated as expected: 4 clauses' \
        heapck run --target so:./libmine.so --expect "$scratch/known.txt" --traces "$enough"
    does 1 'T2: .* [1-9][0-9]* violated' heapck compare --target winmem --target so:./libmine.so \
        --html compare.html --traces 300
    grep -q '</html>' compare.html || die "compare.html is not whole"
    # The head of the program says how it is built and run.
    sed -n '/^ \*     Library: /,/&& .*repro$/s/^ \*     \(Library: \)\? *//p' "out/$clause.c" >"$scratch/build"
    (cd out && does 1 'The clause is VIOLATED' bash "$scratch/build")
}

# Of the generated traces, the last clause takes more than six thousand.
enough=8000
PATH="$binary_dir:$PATH" judge "$scratch/built"
PATH="$prefix/bin:$PATH" judge "$scratch/installed" --traces "$enough"
