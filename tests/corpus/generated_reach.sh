#!/bin/sh
# Generated traces alone, without the corpus, bring every judged clause to judgement, but for those
# that unreached.txt names; and none of these, but for what chance or the machine decides. Then a
# fuzzer starts from everywhere.
#
# usage: generated_reach.sh HEAPCK EXEMPTIONS_FOLDER UNREACHED
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/corpus/clauses"
echo "# heapck trace 1" > "$folder/corpus/clauses/no_call.trace"
failures=0

# clauses_of STATE: with these states; what is undefined is never judged
clauses_of() {
    grep -E "\"state\": \"($1)\"" "$folder/report" | grep -v '"basis": "undefined"' |
        sed 's/.*"id": "\([^"]*\)".*/\1/' | sort
}

# tell FILE WHAT: fails where the file has a line
tell() {
    [ ! -s "$1" ] || {
        echo "$2:"
        cat "$1"
        failures=$((failures + 1))
    }
}

"$1" run --corpus "$folder/corpus" --traces 20000 --format json > "$folder/report"
clauses_of 'hold|violated|latitude' > "$folder/reached"
clauses_of 'not exercised' > "$folder/missed"
[ -s "$folder/reached" ] || {
    echo "generated traces reach no clause at all"
    exit 1
}

# What has no judge is not reached by anybody.
cat "$2"/exemptions_*.def | tr -d '\n' | sed 's/EXEMPT(/\n&/g' | grep EXEMPT_JUDGE |
    sed 's/EXEMPT(\([a-z0-9_]*\), *\([a-z0-9_]*\), *\([a-z0-9_]*\),.*/\1.\2.\3/' |
    sort > "$folder/unjudged"
sed '/^#/d; s/ .*//' "$3" | sort > "$folder/listed"
sed -E '/^#/d; /^[^ ]+ +(rare|up to)/!d; s/ .*//' "$3" | sort > "$folder/chance"
sort "$folder/unjudged" "$folder/listed" > "$folder/known"

comm -23 "$folder/missed" "$folder/known" > "$folder/new"
comm -12 "$folder/reached" "$folder/known" > "$folder/both"
comm -23 "$folder/both" "$folder/chance" > "$folder/stale"
comm -12 "$folder/both" "$folder/chance" > "$folder/lucky"
sort "$folder/reached" "$folder/missed" | comm -13 - "$folder/listed" > "$folder/unknown"
tell "$folder/new" "generated traces no longer reach"
tell "$folder/stale" "generated traces reach what is said to be out of reach"
tell "$folder/unknown" "no judged clause"
sed 's/^/reached this time: /' "$folder/lucky"
echo "$(wc -l < "$folder/reached") clauses reached, $(wc -l < "$folder/missed") not"
[ "$failures" -eq 0 ]
