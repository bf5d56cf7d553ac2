#!/usr/bin/env bash
# Wine deviates exactly where corpus/findings/wine-8.0 says, in both profiles. They run side by side,
# since most of either is waiting for what hangs.
source "$(dirname "$0")/common.sh" "$@"
need_wine
case "$(wine --version)" in
wine-8.0*) ;;
*) skip "the findings are those of wine-8.0, installed is $(wine --version)" ;;
esac
run_profile() {
    "$heapck" run --target "exec:wine '$agent'" --profile "$1" --traces 600 \
        --expect "$source_dir/corpus/findings/wine-8.0/expect-$1.txt" >"$scratch/$1.txt" 2>&1
}
run_profile documented &
documented=$!
run_profile windows &
windows=$!
# What runs in the background does not hear of Ctrl-C.
trap 'kill "$documented" "$windows" 2>/dev/null; wait; exit 130' INT TERM
for profile in documented windows; do
    wait "${!profile}" || {
        cat "$scratch/$profile.txt"
        die "wine, profile $profile"
    }
    tail -n 1 "$scratch/$profile.txt"
done
