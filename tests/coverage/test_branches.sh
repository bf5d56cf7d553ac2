#!/usr/bin/env bash
# branches.py tells what was reached, asks for a reason for the rest, and for no stale one.
# usage: test_branches.sh FOLDER_OF_BRANCHES_PY
set -euo pipefail
script=$1/branches.py
command -v python3 >/dev/null || {
    echo "skipped: there is no python3"
    exit 77
}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
mkdir -p impl/heap oracle
printf 'int f(int a)\n{\n    if (a) {\n        return 1;\n    }\n    return a ? 2 : 3;\n}\n' >impl/heap/a.c
printf 'int g(void)\n{\n    return 1;\n}\n' >oracle/b.c

die() {
    echo "failed: $*"
    sed 's/^/    /' out
    exit 1
}

says() { grep -qF -- "$1" out || die "nothing says: $1"; }

# counts TAKEN TAKEN: how often the branches of line 3 were taken
counts() {
    cat >counts.json <<END
{"gcovr/format_version": "0.3", "files": [
 {"file": "impl/heap/gone.c", "lines": [{"line_number": 1, "count": 0, "branches": []}], "functions": []},
 {"file": "oracle/b.c", "lines": [{"line_number": 3, "count": 5, "branches": []}],
  "functions": [{"name": "g", "lineno": 1, "execution_count": 5}]},
 {"file": "impl/heap/a.c", "functions": [{"name": "f", "lineno": 1, "execution_count": 9}],
  "lines": [{"line_number": 1, "count": 9, "branches": []},
            {"line_number": 3, "count": 9, "branches": [{"count": $1}, {"count": $2}]},
            {"line_number": 4, "count": $1, "branches": []},
            {"line_number": 5, "count": 0, "branches": [], "gcovr/noncode": true},
            {"line_number": 6, "count": 9, "branches": [{"count": 4}, {"count": 5}]}]}]}
END
}

# branches STATUS
branches() {
    local status=0
    "$script" counts.json reached.json index.html unreached.txt >out 2>&1 || status=$?
    [ "$status" -eq "$1" ] || die "exit status $status, not $1"
}

counts 0 7
branches 0 # there is no list yet
grep -qE '^impl +3/4 +75.0 % +3/4 +75.0 %$' out || die "the sum of impl/"
grep -qE '^oracle +1/1 +100.0 % +0/0 +100.0 %$' out || die "the sum of oracle/"
says '1 branches are not reached, 0 lines have a reason'
grep -qF 'if (a) {' index.html || die "the page does not name the line"
grep -qE '"count": [2-9]' reached.json && die "the pages would tell how often a line ran"

: >unreached.txt
branches 1
says '1 not reached, without a reason: impl/heap/a.c, f: if (a) {'

printf '# why\n\nimpl/heap/a.c f\n    1 | if (a) {\n    Nobody calls it\n    with a <number>.\n' >unreached.txt
branches 0
sed -i '4a\    1 | return a ? 2 : 3;\noracle/b.c g\n    up to 3 | return 1;' unreached.txt
branches 1 # a paragraph may be about several places
says 'stale, it is reached: impl/heap/a.c, f: return a ? 2 : 3;'
says 'stale, it is gone: oracle/b.c, g: return 1;' # no branch is there that could be a matter of time
sed -i '/return a/d' unreached.txt
branches 1
sed -i '/oracle/,/return 1/d' unreached.txt
branches 0
says '1 branches are not reached, 1 lines have a reason'
grep -qF 'Nobody calls it with a &lt;number&gt;.' index.html || die "the page does not have the reason"

counts 2 7
branches 1
says 'stale, it is reached: impl/heap/a.c, f: if (a) {'
sed -i 's/1 |/up to 1 |/' unreached.txt
branches 0 # a matter of time
says 'reached this time: impl/heap/a.c, f: if (a) {'
sed -i 's/up to 1 |/up to 3 |/' unreached.txt
branches 1
says 'the reason is for 3, of 2 that there are: impl/heap/a.c, f: if (a) {'
sed -i 's/up to 3 |/up to 1 |/' unreached.txt

counts 0 0
branches 1
says '2 not reached, the reason is for 1: impl/heap/a.c, f: if (a) {'

# malformed WHAT-IT-SAYS: with standard input as the list
malformed() {
    cat >unreached.txt
    branches 1
    says "branches.py: unreached.txt:$1"
}
expected='expected FILE FUNCTION, lines of code, then the reason'
malformed "1: $expected" <<<'    1 | if (a) {'
malformed "1: $expected" <<<'impl/heap/a.c'
malformed "2: $expected" <<<$'impl/heap/a.c f\n    why'
malformed "4: $expected" <<<$'impl/heap/a.c f\n    2 | if (a) {\n    why\n    2 | if (b) {'
malformed '2: expected a reason behind the lines of code' <<<$'impl/heap/a.c f\n    2 | if (a) {'
malformed '3: a second reason for this line' <<<$'impl/heap/a.c f\n    2 | if (a) {\n    2 | if (a) {\n    why'

echo '{"files": []}' >counts.json
branches 1
says 'nothing was counted'
echo ok
