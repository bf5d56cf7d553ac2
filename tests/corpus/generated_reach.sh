#!/bin/sh
# Generated traces alone, without the corpus, bring every judged clause to judgement, but for those
# that unreached.txt names. Then a fuzzer starts from everywhere.
#
# usage: generated_reach.sh HEAPCK EXEMPTIONS_FOLDER UNREACHED
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir -p "$folder/corpus/clauses"
echo "# heapck trace 1" > "$folder/corpus/clauses/no_call.trace"

"$1" run --corpus "$folder/corpus" --traces 20000 --format json > "$folder/report"
grep '"state": "not exercised"' "$folder/report" | grep -v '"basis": "undefined"' |
    sed 's/.*"id": "\([^"]*\)".*/\1/' | sort > "$folder/missed"
# What has no judge is not reached by anybody.
cat "$2"/exemptions_*.def | tr -d '\n' | sed 's/EXEMPT(/\n&/g' | grep EXEMPT_JUDGE |
    sed 's/EXEMPT(\([a-z0-9_]*\), *\([a-z0-9_]*\), *\([a-z0-9_]*\),.*/\1.\2.\3/' > "$folder/known"
sed '/^#/d; s/ .*//' "$3" >> "$folder/known"
sort -o "$folder/known" "$folder/known"

comm -23 "$folder/missed" "$folder/known" > "$folder/new"
if [ -s "$folder/new" ]; then
    echo "generated traces no longer reach:"
    cat "$folder/new"
    exit 1
fi
