#!/bin/sh
# A clause that is said to have no judge is cited by none, and one that is said to lack its trace
# alone is cited. That the check notices is shown on two rows that are wrong.
#
# usage: judge_exemptions.sh SOURCE_FOLDER
set -eu
root=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cat "$root"/oracle/*.[ch] "$root"/spec/typestate*.c | grep -o 'CLAUSE_[a-z0-9_]*' |
    sed 's/^CLAUSE_//' | sort -u > "$folder/cited"

# exempt FILE...: lines of "id bits"
exempt() {
    { cat "$@" | tr -d '\n'; echo; } | sed 's/EXEMPT(/\n&/g' |
        sed -n 's/^EXEMPT(\([a-z0-9_]*\), *\([a-z0-9_]*\), *\([a-z0-9_]*\), *\([A-Z_ |]*\),.*/\1_\2_\3 \4/p'
}

# check FILE...: names what is wrong
check() {
    exempt "$@" > "$folder/rows"
    while read -r id bits; do
        case "$bits" in
        *EXEMPT_JUDGE*) grep -qx "$id" "$folder/cited" && echo "exempt, yet cited: $id" ;;
        *EXEMPT_TRACE*) grep -qx "$id" "$folder/cited" || echo "neither judge nor reason: $id" ;;
        esac
    done < "$folder/rows"
    return 0
}

cat > "$folder/planted" << 'END'
EXEMPT(heap_size, live_block, is_the_requested_size,
       EXEMPT_JUDGE | EXEMPT_TRACE, "wrong")
EXEMPT(address_space, process, has_a_map_of_its_own, EXEMPT_TRACE, "wrong")
END
[ "$(check "$folder/planted" | wc -l)" -eq 2 ] || { echo "planted rows pass"; exit 1; }

check "$root"/spec/clauses/exemptions_*.def > "$folder/wrong"
[ "$(wc -l < "$folder/rows")" -eq "$(cat "$root"/spec/clauses/exemptions_*.def | grep -c '^EXEMPT(')" ] ||
    { echo "some rows were not read"; exit 1; }
if [ -s "$folder/wrong" ]; then
    cat "$folder/wrong"
    exit 1
fi
