#!/usr/bin/env bash
# Wine deviates exactly where corpus/findings/wine-8.0 says, in both profiles.
source "$(dirname "$0")/common.sh" "$@"
need_wine
case "$(wine --version)" in
wine-8.0*) ;;
*) skip "the findings are those of wine-8.0, installed is $(wine --version)" ;;
esac
for profile in documented windows; do
    "$heapck" run --target "exec:wine '$agent'" --profile "$profile" --traces 1000 \
        --expect "$source_dir/corpus/findings/wine-8.0/expect-$profile.txt" \
        >"$scratch/$profile.txt" 2>&1 || {
        cat "$scratch/$profile.txt"
        die "wine, profile $profile"
    }
    tail -n 1 "$scratch/$profile.txt"
done
