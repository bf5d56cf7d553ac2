#!/usr/bin/env bash
# Who may include whom: the table of ARCHITECTURE.md, enforced. And what a reader should never meet.
#
# usage: check_layers.sh SOURCE_DIR
set -uo pipefail
cd "$1" || exit 2
failures=0
files_seen=0
declare -A has_layer=()

fail() {
    printf '%s\n' "$1"
    failures=$((failures + 1))
}

c11='assert|complex|ctype|errno|fenv|float|inttypes|iso646|limits|locale|math|setjmp|signal|stdalign|stdarg|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|tgmath|threads|time|uchar|wchar|wctype'
pure='stdbool|stddef|stdint|string|limits|stdalign|stdnoreturn|inttypes'

# Folders that are there; a checkout may lack some.
existing() {
    local folder
    for folder in "$@"; do
        [ -e "$folder" ] && printf '%s\n' "$folder"
    done
}

# allow FOLDER NAME-REGEX INCLUDE-REGEX [EXCEPT-REGEX]: every include of the files below FOLDER whose
# name matches (and does not match EXCEPT-REGEX) has to match INCLUDE-REGEX.
allow() {
    local folder=$1 names=$2 allowed=$3 except=${4:-^$} files file line
    mapfile -t files < <(find "$folder" -type f \( -name '*.c' -o -name '*.h' \) | grep -E "$names" |
        grep -Ev "$except" | sort)
    [ "${#files[@]}" -gt 0 ] || return 0
    files_seen=$((files_seen + ${#files[@]}))
    for file in "${files[@]}"; do
        has_layer[$file]=1
    done
    while IFS= read -r line; do
        fail "${line%%:*} includes ${line#*:}, which its layer may not"
    done < <(grep -HE '^[[:space:]]*#[[:space:]]*include' "${files[@]}" |
        sed -E 's/^([^:]+):[[:space:]]*#[[:space:]]*include[[:space:]]*([<"][^>"]+[>"]).*/\1:\2/' |
        grep -Ev ":($allowed)\$")
}

not_platform='/[^/]*$'
spec_own="<($pure)\.h>|\"spec/[a-z0-9_/]+\.(h|def)\""
# One header stands for <windows.h> where there is one, and asserts that the two agree.
allow spec '^spec/win32\.h$' "<($pure)\.h>|<windows\.h>"
allow spec "$not_platform" "$spec_own" '^spec/win32\.h$'
allow oracle "$not_platform" "<($pure)\.h>|\"spec/[a-z0-9_/]+\.(h|def)\"|\"oracle/[a-z0-9_]+\.h\""
impl_public='"(impl/include/)?winmem(_sim)?\.h"|<winmem\.h>|"spec/win32\.h"'
for layer in base:'os|base' vm:'os|base|vm' heap:'os|base|vm|heap'; do
    allow "impl/${layer%%:*}" "$not_platform" \
        "<($c11)\.h>|$impl_public|\"impl/(${layer##*:})/[a-z0-9_]+\.(h|def)\""
done
allow impl/os "$not_platform" "<[a-z0-9_/]+\.h>|$impl_public|\"impl/os/[a-z0-9_]+\.h\""
allow impl/include "$not_platform" "<($c11)\.h>|\"spec/win32\.h\""
kit_own="\"spec/[a-z0-9_/]+\.(h|def)\"|\"oracle/oracle\.h\"|\"kit/[a-z0-9_/]+\.(h|def)\""
allow kit '^kit/[^/]+$' "<[a-z0-9_/]+\.h>|$kit_own"
for folder in cli export fuzz generate map report run shrink target weave; do
    names='/[^/]*$'
    os='<[a-z0-9_/]+\.h>'
    [ "$folder" = target ] && os="$os|<winmem(_sim)?\.h>|\"winmem\.h\""
    [ "$folder" = cli ] && os="$os|\"tests/mutants/mutants\.def\""
    allow "kit/$folder" "$names" "$os|$kit_own"
done
allow kit/execute '_(posix|windows)\.[ch]$' "<[a-z0-9_/]+\.h>|\"spec/[a-z0-9_/]+\.(h|def)\"|\"kit/execute/[a-z0-9_]+\.h\""
allow kit/execute "$not_platform" "<($c11)\.h>|\"spec/[a-z0-9_/]+\.(h|def)\"|\"kit/execute/[a-z0-9_]+\.h\"" \
    '_(posix|windows)\.[ch]$'
allow kit/agent "$not_platform" "<[a-z0-9_/]+\.h>|\"spec/[a-z0-9_/]+\.(h|def)\"|\"kit/execute/[a-z0-9_]+\.h\""
allow fuzz '^fuzz/[^/]+$' "<[a-z0-9_/]+\.h>|$kit_own|\"fuzz/[a-z0-9_]+\.h\""

# A file that none of the rules above has looked at belongs to no layer. The pieces of C that go into
# exported programs end in .c.in: they are text.
while IFS= read -r file; do
    [ -n "${has_layer[$file]:-}" ] || fail "$file belongs to no layer: give its folder a rule"
done < <(find $(existing spec oracle impl kit fuzz) -type f \( -name '*.c' -o -name '*.h' \) | sort)

# Only the adapter knows libwinmem.
while IFS= read -r file; do
    fail "$file includes winmem.h; only kit/target/winmem_api.c may"
done < <(grep -lE '^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]winmem(_sim)?\.h' -r $(existing kit fuzz) | grep -v '^kit/target/winmem_api.c$')

# Pure folders do no I/O and allocate nothing.
while IFS= read -r line; do
    fail "$line: spec/ and oracle/ allocate nothing and print nothing"
done < <(grep -nE '(^|[^_a-zA-Z])(malloc|calloc|realloc|free|printf|fprintf|fopen|exit|abort)[[:space:]]*\(' -r spec oracle --include='*.c' --include='*.h' | grep -vE '^[^:]+:[0-9]+:[[:space:]]*(/?\*|//)')

# The platform's name lives in files that are named for it.
while IFS= read -r file; do
    fail "$file has _WIN32 outside the files for it"
done < <(grep -lE '#[[:space:]]*(ifn?def|if).*_WIN32' -r spec oracle kit impl --include='*.c' --include='*.h' |
    grep -vE '^(spec/win32\.h|impl/include/winmem\.h|kit/export/.*|.*_(posix|windows)\.[ch])$')

# Tidiness that a reader notices.
while IFS= read -r file; do
    lines=$(wc -l <"$file")
    [ "$lines" -le 600 ] || fail "$file has $lines lines: what is its second subject?"
done < <(existing spec oracle impl kit fuzz tests | xargs -I{} find {} -name '*.[ch]' | sort)
while IFS= read -r line; do
    fail "$line: unfinished"
done < <(grep -nE '\b(TODO|FIXME|XXX|HACK)\b' -r $(existing spec oracle impl kit fuzz tests cmake) --include='*.c' --include='*.h' --include='*.def' --include='*.cmake' --include='CMakeLists.txt' |
    grep -v 'not ok')

if [ "$files_seen" -eq 0 ]; then
    echo "no file was looked at"
    exit 1
fi
printf '%d files looked at, %d failures\n' "$files_seen" "$failures"
[ "$failures" -eq 0 ]
