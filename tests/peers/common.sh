# Shared by the peer tests: arguments, and how a test says that it is skipped.
# usage: PEER.sh HEAPCK SOURCE_DIR LIBRARY_DIR
set -uo pipefail
heapck=$1
source_dir=$2
library_dir=$3
agent=$source_dir/build/agent/heapck-agent.exe
export WINEDEBUG="${WINEDEBUG:--all}"
export WINEPREFIX="${WINEPREFIX:-$source_dir/build/wine}"
export WINEDLLOVERRIDES="${WINEDLLOVERRIDES:-mscoree,mshtml=}"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

skip() {
    echo "skipped: $1"
    exit 77
}

die() {
    echo "failed: $1"
    exit 1
}

need_wine() {
    command -v wine >/dev/null || skip "wine is not installed (Debian package wine)"
    [ -f "$agent" ] || skip "heapck-agent.exe is not built (Debian package gcc-mingw-w64-x86-64)"
    [ -d "$WINEPREFIX" ] || mkdir -p "$WINEPREFIX"
    # The first start makes the prefix, which may take half a minute.
    timeout 300 wine cmd /c exit >/dev/null 2>&1 || die "wine is installed and does not start"
}

# A program as it is committed, but for what this run saw and the lines that build it, which lead
# from the file's folder to the libraries.
same_program() {
    cmp -s <(sed '/^ \* Call [0-9]*: /,/^ \*\/$/d' "$1") <(sed '/^ \* Call [0-9]*: /,/^ \*\/$/d' "$2")
}
