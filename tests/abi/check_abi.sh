#!/bin/sh
# Compiles abi.c with one compiler, once as it is and once with a value that is wrong, which has to be
# noticed. Usage: check_abi.sh ROOT COMPILER. Exit status 77 where the compiler is missing.
set -u
root=$1
compiler=$2
if ! command -v "$compiler" >/dev/null 2>&1; then
    echo "skipped: $compiler is not installed, so <windows.h> can not be asked"
    exit 77
fi
check() {
    "$compiler" -std=c11 -fsyntax-only -Wall -Wextra -Wconversion -Werror -I"$root" "$@" \
        "$root/tests/abi/abi.c"
}
check || exit 1
if check -DABI_WITH_A_WRONG_VALUE 2>/dev/null; then
    echo "a wrong value was not noticed"
    exit 1
fi
echo "the tables agree with the headers that $compiler sees"
