#!/usr/bin/env bash
# The dictionary has a word for each kind of slot that the parser knows, for each call and for the
# handles that no call makes, none of them twice, and nothing that engines cannot read.
#
# usage: test_dictionary.sh MAKE_DICTIONARY SOURCE_DIR
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"$1" >"$scratch/words"
failures=0

fail() {
    echo "failed: $*"
    failures=$((failures + 1))
}

has() { grep -qxF -- "$1" "$scratch/words" || fail "there is no $1"; }

# The letters as the head of the enumeration tells them: SLOT_HEAP, /* h */
mapfile -t letters < <(sed -n 's|^ *SLOT_[A-Z]*,* */\* \([a-z]\) \*/$|\1|p' "$2/spec/call.h")
[ "${#letters[@]}" -ge 6 ] || fail "spec/call.h tells ${#letters[@]} letters"
for letter in "${letters[@]}"; do
    has "\"${letter}0 = \""
done
has '"HeapAlloc("'
has '"CURRENT_PROCESS"'
has '"INVALID_HANDLE_VALUE"'
[ -z "$(sort "$scratch/words" | uniq -d)" ] || fail "twice: $(sort "$scratch/words" | uniq -d)"
! grep -vE '^(#.*|"([^"\\]|\\x[0-9a-f]{2}|\\"|\\\\)+")$' "$scratch/words" || fail "no word of a dictionary"
[ "$failures" -eq 0 ]
