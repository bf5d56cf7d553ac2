#!/usr/bin/env bash
# heapck from an installed tree that has been moved finds the corpus there, from any folder; the agent
# lies where the README says.
source "$(dirname "$0")/common.sh" "$@"
install_and_move

# runs_all FOLDER PROGRAM [ARGUMENT...]: the corpus of the installed tree is run, from that folder
runs_all() {
    local folder=$1 count
    shift
    count=$(find "$prefix/share/heapck/corpus" -name '*.trace' ! -path '*/seeds/*' | wc -l)
    (cd "$folder" && env -u HEAPCK_CORPUS "$@") >"$scratch/report" 2>&1 || {
        cat "$scratch/report"
        die "$* in $folder"
    }
    tail -n 1 "$scratch/report" | grep "^$count traces, " >/dev/null || {
        cat "$scratch/report"
        die "$* in $folder did not run the $count traces of the installed corpus"
    }
}

runs_all "$scratch" "$prefix/bin/heapck" run --traces 0
tail -n 1 "$scratch/report"

# It is that corpus indeed, not the one of the sources.
find "$prefix/share/heapck/corpus" -name '*.trace' ! -path '*/heap_size/*' -delete
runs_all / "$prefix/bin/heapck" run --traces 0
runs_all "$prefix/bin" ./heapck run --traces 0
ln -s "$prefix/bin/heapck" "$scratch/heapck"
runs_all / env PATH="$scratch:$PATH" heapck run --traces 0

agent="$prefix/libexec/heapck/heapck-agent.exe"
if [ -f "$HEAPCK_WINDOWS_AGENT" ]; then
    cmp "$HEAPCK_WINDOWS_AGENT" "$agent" || die "the agent was built and is not installed"
else
    grep -q "^-- Not built, so not installed: $HEAPCK_WINDOWS_AGENT$" "$scratch/log" ||
        die "nothing says that the agent is not installed: $(cat "$scratch/log")"
    [ ! -e "$(dirname "$agent")" ] || die "an empty folder was installed for the agent"
fi
