# Shared by the tests of what is installed.
# usage: TEST.sh SOURCE_DIR BINARY_DIR
set -euo pipefail
source_dir=$1
binary_dir=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

die() {
    echo "failed: $*"
    exit 1
}

skip() {
    echo "skipped: $*"
    exit 77
}

# Installs below a stage, as packagers do, and moves the tree elsewhere, so that neither the prefix it
# was configured with nor the one it was installed for leads anywhere. Sets `prefix`.
install_and_move() {
    DESTDIR="$scratch/stage" cmake --install "$binary_dir" --prefix /opt/heapck >"$scratch/log" ||
        die "cmake --install: $(cat "$scratch/log")"
    prefix="$scratch/moved here"
    mv "$scratch/stage/opt/heapck" "$prefix"
}
