#!/usr/bin/env bash
# ./dev as a newcomer types it, in a folder of its own, with commands that only say what they are told
# to: nothing is installed or built here.
# usage: test_dev.sh SOURCE_DIR
set -euo pipefail
source_dir=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/bin" "$scratch/tree"
cp "$source_dir/dev" "$scratch/tree"
cd "$scratch/tree"
export PATH="$scratch/bin:$PATH"
unset HEAPCK_DEV_JOB

die() {
    echo "failed: $*"
    sed 's/^/    /' "$scratch/out"
    exit 1
}

# stub NAME: a command whose script is read from standard input
stub() {
    { echo '#!/bin/sh' && cat; } >"$scratch/bin/$1"
    chmod +x "$scratch/bin/$1"
}

# dev STATUS ARGUMENT...: what it prints is in $scratch/out
dev() {
    local wanted=$1 status=0
    shift
    ./dev "$@" >"$scratch/out" 2>&1 </dev/null || status=$?
    [ "$status" -eq "$wanted" ] || die "./dev $*: exit status $status, not $wanted"
}

says() { grep -qE -- "$1" "$scratch/out" || die "nothing says: $1"; }
says_not() { ! grep -qE -- "$1" "$scratch/out" || die "something says: $1"; }

everything_is_installed() {
    stub dpkg-query <<<'printf "install ok installed"'
    stub cmake <<<'echo "a line of the build"'
    stub ctest <<<'mkdir -p "$2/Testing/Temporary"
echo "skipped: it is a stub" >"$2/Testing/Temporary/LastTest.log"'
    stub wine <<<':'
    stub wineboot <<<':'
    stub id <<<'echo 1000'
    stub clang <<<'echo "$0.resources"'
    mkdir -p build/release fuzz
    stub afl-clang-fast <<<':'
    stub afl-fuzz <<<':'
    printf '#!/bin/sh\necho "$1: nothing found"\n' >fuzz/smoke.sh
    printf '#!/bin/sh\necho "AFL++ in $1: nothing found"\n' >fuzz/smoke_afl.sh
    chmod +x fuzz/smoke.sh fuzz/smoke_afl.sh
    printf '#!/bin/sh\necho "verdict: conforms"; echo "asked for: $*"\n' >build/release/heapck
    chmod +x build/release/heapck
}

wrong_usage_is_told() {
    dev 2 tset
    says "unknown command 'tset'"
    says '^usage: ./dev COMMAND'
    dev 2 run --traces 5
    says "'run' takes no arguments; those of 'heapck run' go into HEAPCK_ARGS"
    for help in help -h --help; do
        dev 0 "$help"
        says '^usage: ./dev COMMAND'
    done
    dev 0
    says '^usage: ./dev COMMAND'
}

a_step_is_one_line_with_its_time_and_log() {
    everything_is_installed
    dev 0 build
    says '^== Building build/release/heapck.* \.\.\. [0-9]+ s \(build/log/build-release.log\)$'
    says_not 'a line of the build'
    grep -q 'a line of the build' build/log/build-release.log || die "the log is not kept"
    dev 0 run
    says '^dev: about [0-9]+ minutes'
    says '^verdict: conforms'
    dev 0 test
    says '^checks skipped: 1$'
    says '^    skipped: it is a stub$'
    says '^skipped: the smoke of the harnesses, without clang and libclang-rt-dev$'
    mkdir -p "$scratch/bin/clang.resources/lib/linux"
    : >"$scratch/bin/clang.resources/lib/linux/libclang_rt.fuzzer-x86_64.a"
    dev 0 test
    says '^build/fuzz-libfuzzer-plain: nothing found$'
    says '^AFL\+\+ in build: nothing found$'
    rm -r build/fuzz-libfuzzer-plain "$scratch/bin/clang.resources" 2>/dev/null || true
}

what_is_not_installed_is_said_to_be_skipped() {
    local path=$PATH
    everything_is_installed
    mkdir "$scratch/no_afl"
    ln -s /usr/bin/* /bin/* "$scratch/no_afl" 2>/dev/null || true
    rm -f "$scratch/no_afl"/afl-* "$scratch/bin"/afl-*
    PATH=$scratch/bin:$scratch/no_afl
    dev 0 test
    says '^skipped: the smoke under AFL\+\+: AFL\+\+ is not installed$'
    says_not '^AFL\+\+ in build'
    PATH=$path
    rm -r "$scratch/no_afl"
}

# That of mingw and that of AFL++'s compiler apart: clang-tidy does not know how they are compiled.
every_c_file_is_tidied() {
    local file
    everything_is_installed
    stub clang-format <<<':'
    stub clang-tidy <<<'shift 3; printf "%s\n" "$@" >>tidied'
    git init -q
    for file in spec/a.c oracle/b.c impl/c.c impl/vm/d.c impl/vm/deep/e.c kit/f.c kit/run/g.c \
        fuzz/h.c fuzz/main_afl.c kit/execute/pages_windows.c; do
        mkdir -p "${file%/*}"
        : >"$file"
    done
    git add -f ./*/*.c ./*/*/*.c ./*/*/*/*.c
    dev 0 tidy
    sort tidied >"$scratch/out"
    for file in spec/a.c oracle/b.c impl/c.c impl/vm/d.c impl/vm/deep/e.c kit/f.c kit/run/g.c fuzz/h.c; do
        says "^$file\$"
    done
    [ "$(wc -l <tidied)" -eq 8 ] || die "something else is tidied"
    rm -rf .git tidied spec oracle impl kit
}

fuzzing_takes_a_number_of_seconds() {
    everything_is_installed
    dev 0 fuzz 7
    says '^asked for: fuzz --out build/fuzz --time 7$'
    dev 0 fuzz
    says '^asked for: fuzz --out build/fuzz$'
    says_not 'Building build/fuzz-'
    mkdir -p build/fuzz-libfuzzer "$scratch/bin/clang.resources/lib/linux"
    : >"$scratch/bin/clang.resources/lib/linux/libclang_rt.fuzzer-x86_64.a"
    dev 0 fuzz
    says 'Building build/fuzz-libfuzzer, harnesses'
    says 'Building build/fuzz-libfuzzer-plain, harnesses'
    rm -r build/fuzz-libfuzzer build/fuzz-libfuzzer-plain "$scratch/bin/clang.resources"
    for wrong in x 0 -1 1x; do
        dev 2 fuzz "$wrong"
        says "fuzz takes a number of seconds, not '$wrong'"
    done
    dev 2 fuzz 1 2
}

a_step_that_fails_shows_the_end_of_its_log() {
    everything_is_installed
    stub cmake <<<'seq 1 100; echo "it is broken" >&2; exit 5'
    dev 5 build
    says 'failed after [0-9]+ s; the end of build/log/build-release.log:$'
    says '^    it is broken$'
    says '^    72$'
    says_not '^    71$'
}

missing_packages_are_installed_or_asked_for() {
    everything_is_installed
    stub dpkg-query <<<'case "$4" in cmake) exit 1 ;; esac; printf "install ok installed"'
    rm -f "$scratch/bin/sudo"
    PATH_OF_ALL=$PATH
    # No root and no sudo: what to do is said, and nothing is tried.
    mkdir -p "$scratch/few"
    for command in bash dirname nproc env grep cut mkdir tail sed; do
        ln -sf "$(command -v "$command")" "$scratch/few/$command"
    done
    PATH="$scratch/bin:$scratch/few" dev 3 build
    says 'only root can install packages, and there is no sudo'
    says 'As root: apt-get install cmake$'
    PATH=$PATH_OF_ALL
    # No network.
    stub id <<<'echo 0'
    stub apt-get <<<'echo "Could not resolve deb.debian.org"; exit 100'
    dev 3 build
    says '^    Could not resolve deb.debian.org$'
    says 'cannot do without cmake'
    # By sudo.
    stub id <<<'echo 1000'
    stub sudo <<<'shift; exec "$@"'
    stub apt-get <<<'echo "$@"'
    dev 0 build
    says '^== Installing cmake \(for building\) \.\.\. [0-9]+ s'
    grep -q 'install -y -q --no-install-recommends cmake' build/log/apt-cmake.log ||
        die "apt-get was not asked for cmake"
    # What is only wanted: one that is not to be had does not keep the others away.
    stub dpkg-query <<<'case "$4" in wine | pkgconf) [ -f "$0.$4" ] || exit 1 ;; esac
printf "install ok installed"'
    stub apt-get <<<"case \"\$*\" in *wine*) exit 100 ;; *pkgconf) : >$scratch/bin/dpkg-query.pkgconf ;; esac"
    dev 0 build
    says '^dev: without wine, tests that use them will say that they are skipped'
    [ -f "$scratch/bin/dpkg-query.pkgconf" ] || die "pkgconf was not installed by itself"
    rm "$scratch/bin/sudo" "$scratch/bin/apt-get"
}

coverage_tells_what_was_counted_and_where_its_pages_are() {
    everything_is_installed
    stub gcovr <<<'echo "a line of gcovr"'
    mkdir -p tests/coverage build/coverage
    printf '#!/bin/sh\nexit 0\n' | tee build/coverage/heapck >build/coverage/old.gcda
    printf '#!/bin/sh\necho "oracle 9/10"\nexit 1\n' >tests/coverage/branches.py
    chmod +x build/coverage/heapck tests/coverage/branches.py
    dev 1 coverage # with the status of what it found
    says '^oracle 9/10$'
    says '^pages: build/report/coverage/index.html$'
    [ ! -e build/coverage/old.gcda ] || die "counts of an earlier run are there"
    # What cannot be told of the clauses keeps nothing else from being told.
    printf '#!/bin/sh\nexit 7\n' >build/coverage/heapck
    printf '#!/bin/sh\necho "oracle 10/10"\n' >tests/coverage/branches.py
    dev 7 coverage
    says '^== Writing build/report/coverage/clauses.html .* failed after'
    says '^oracle 10/10$'
    says '^pages: build/report/coverage/index.html$'
    stub dpkg-query <<<'case "$4" in gcovr) exit 1 ;; esac; printf "install ok installed"'
    stub id <<<'echo 0'
    stub apt-get <<<'exit 100'
    dev 3 coverage
    says 'cannot do without gcovr'
    rm -rf tests "$scratch/bin/apt-get"
}

# Given a job with a child that has left its process group and, once, ignores what it can; when the script
# alone is sent a signal; then all three end.
signals_end_everything() {
    local signal status pid
    everything_is_installed
    stub ctest <<'END'
setsid sh -c "trap '' $STRAY_IGNORES; sleep 60; sleep 60" &
echo $! >stray
: >started
sleep 60
END
    for signal in INT:130 TERM:143 HUP:129; do
        rm -f started
        export STRAY_IGNORES=INT
        [ "$signal" != INT:130 ] || STRAY_IGNORES='INT TERM HUP'
        status=0
        # A shell that has no job control keeps its background jobs from hearing of Ctrl-C.
        (
            set -m
            ./dev test >"$scratch/out" 2>&1 </dev/null &
            echo $! >"$scratch/pid"
            wait $!
        ) &
        waiter=$!
        for _ in {1..100}; do
            [ ! -e started ] || break
            sleep 0.1
        done
        pid=$(cat "$scratch/pid")
        kill -s "${signal%:*}" "$pid"
        wait "$waiter" || status=$?
        [ "$status" -eq "${signal#*:}" ] || die "${signal%:*}: exit status $status"
        says 'interrupted; nothing that it started is left running'
        # Nobody may have waited for it yet.
        ! grep -qs '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$(cat stray)/status" ||
            die "${signal%:*}: the stray process lives"
    done
}

clean_removes_the_build_folder() {
    mkdir -p build/log
    dev 0 clean
    [ ! -e build ] || die "build is there"
}

for test in wrong_usage_is_told fuzzing_takes_a_number_of_seconds \
    a_step_is_one_line_with_its_time_and_log what_is_not_installed_is_said_to_be_skipped \
    every_c_file_is_tidied \
    a_step_that_fails_shows_the_end_of_its_log missing_packages_are_installed_or_asked_for \
    coverage_tells_what_was_counted_and_where_its_pages_are \
    signals_end_everything clean_removes_the_build_folder; do
    "$test"
    echo "ok $test"
done
