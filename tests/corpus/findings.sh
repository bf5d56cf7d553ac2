#!/usr/bin/env bash
# The folders of corpus/findings are whole: each clause on a list of known deviations has a trace and
# a paragraph that cites the documentation, each trace a program and at most ten calls (or as many as
# its paragraph says it needs, and why), and no program a path of the machine where it was written.
# usage: findings.sh SOURCE_DIR
set -uo pipefail
cd "$1/corpus/findings" || exit 1
calls_max=10
failures=0
clauses=0

fail() {
    echo "failed: $1"
    failures=$((failures + 1))
}

# The paragraphs of a README, one a line.
paragraphs() {
    awk -v RS= '{gsub(/\n/, " "); print}' "$1/README.md"
}

check_clause() {
    local folder=$1 clause=$2
    compgen -G "$folder/$clause*.trace" >/dev/null || fail "$folder: no trace for $clause"
    paragraphs "$folder" | grep -F "**\`$clause\`**" | grep -E 'learn\.microsoft\.com|page' >/dev/null ||
        fail "$folder/README.md: no paragraph on $clause that cites a page"
}

check_trace() {
    local folder=$1 name=$2 clause calls
    clause=$(cut -d. -f1-3 <<<"$name")
    calls=$(grep -cv '^ *#\|^ *$' "$folder/$name.trace")
    [ "$calls" -le "$calls_max" ] ||
        paragraphs "$folder" | grep -F "**\`$clause\`**" | grep -F "The trace has $calls calls, because" >/dev/null ||
        fail "$folder: $name.trace has $calls calls, more than $calls_max, and no reason in README.md"
    [ -f "$folder/$name.c" ] || fail "$folder: no program for $name.trace"
    grep -qE "^$clause( |$)" "$folder"/expect*.txt || fail "$folder: $name is on no list"
}

for readme in */README.md; do
    folder=$(dirname "$readme")
    while read -r clause; do
        clauses=$((clauses + 1))
        check_clause "$folder" "$clause"
    done < <(grep -hoE '^[a-z_]+\.[a-z_0-9]+\.[a-z_0-9]+' "$folder"/expect*.txt | sort -u)
    for trace in "$folder"/*.trace; do
        check_trace "$folder" "$(basename "$trace" .trace)"
    done
    for program in "$folder"/*.c; do
        [ -f "${program%.c}.trace" ] || fail "$program: no trace"
        grep -HnE '(^|[ ,=])/(build|home|mnt|opt|root|tmp|usr|var|work)/' "$program" &&
            fail "$program: a path of one machine"
    done
done
[ "$clauses" -gt 0 ] || fail "no findings"
echo "$clauses clauses"
[ "$failures" -eq 0 ]
