#!/usr/bin/env bash
# What `pkg-config winmem` says, of a tree that has been moved, builds programs that run: in C and C++,
# with the shared library and with the archive. Every public header is usable alone and from C++.
source "$(dirname "$0")/common.sh" "$@"
command -v pkg-config >/dev/null || skip "pkg-config is not installed (Debian package pkgconf)"
install_and_move
ln -s "$prefix" "$scratch/prefix" # its flags are split at spaces below
library=$(dirname "$(find "$scratch/prefix/" -name libwinmem.a)")
export PKG_CONFIG_PATH="$library/pkgconfig"
strict=(-Wall -Wextra -Werror)

# builds COMPILER SOURCE FLAG...
builds() {
    local compiler=$1 source=$2
    shift 2
    "$compiler" "${strict[@]}" "$source" -o "$scratch/program" "$@" ||
        die "$compiler $(basename "$source") $*"
}

# runs_with_archive COMPILER SOURCE, runs_with_library COMPILER SOURCE
runs_with_archive() {
    local flags
    read -ra flags <<<"$(pkg-config --cflags --libs --static winmem)"
    builds "$1" "$2" -static "${flags[@]}"
    env -u LD_LIBRARY_PATH "$scratch/program" || die "$2, static: exit status $?"
}
runs_with_library() {
    local flags
    read -ra flags <<<"$(pkg-config --cflags --libs winmem)"
    builds "$1" "$2" "${flags[@]}"
    LD_LIBRARY_PATH="$library" "$scratch/program" || die "$2, shared: exit status $?"
    LD_LIBRARY_PATH="$library" ldd "$scratch/program" | grep 'libwinmem\.so\.0 => ' >/dev/null ||
        die "$2 does not take libwinmem from its shared library"
}

headers=$(cd "$library/../include/winmem" && find . -name '*.h' -printf '%P\n' | sort)
{
    sed 's/.*/#include <&>/' <<<"$headers"
    sed '/^#include/d' "$source_dir/tests/consumer/project/consumer.c"
} >"$scratch/consumer.cpp"
for how in runs_with_library runs_with_archive; do
    "$how" cc "$source_dir/tests/consumer/project/consumer.c"
    "$how" c++ "$scratch/consumer.cpp"
done

read -ra flags <<<"$(pkg-config --cflags winmem)"
for header in $headers; do
    for language in c++ c; do
        echo "#include <$header>" |
            cc "${strict[@]}" "${flags[@]}" -fsyntax-only -x "$language" - ||
            die "<$header> alone, in $language"
    done
done
echo "$(wc -w <<<"$headers") headers, C and C++, shared and static"
