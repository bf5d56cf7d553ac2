#!/usr/bin/env bash
# WinPR exports a part of the API: that part is judged, the rest is unsupported. The programs of its
# findings, which are those that heapck writes today, exit 1 with it and 0 with libwinmem.
source "$(dirname "$0")/common.sh" "$@"
library=$(ldconfig -p 2>/dev/null | awk '$1 == "libwinpr2.so.2" {print $NF; exit}')
[ -n "$library" ] || skip "libwinpr2.so.2 is not installed (Debian package libwinpr2-2)"
cd "$source_dir" || die "no $source_dir"
folder=corpus/findings/winpr-2.11
status=0
"$heapck" run --target "so:$library" --traces 500 >"$scratch/report.txt" 2>&1 || status=$?
[ "$status" -eq 1 ] || {
    cat "$scratch/report.txt"
    die "exit status $status, not 1"
}
tail -n 1 "$scratch/report.txt" | grep -Eq '[1-9][0-9]* violated.* [1-9][0-9]* unsupported' || {
    cat "$scratch/report.txt"
    die "the summary names no violation or nothing unsupported"
}
tail -n 1 "$scratch/report.txt"

case "$(readlink -f "$library")" in
*/libwinpr2.so.2.11.*) ;;
*) skip "the findings are those of WinPR 2.11, installed is $(readlink -f "$library")" ;;
esac

# run_for STATUS LINKING: the program against a library
run_for() {
    local wanted=$1 status=0
    shift
    gcc -O1 -Wall -Wextra -Werror -I. -Iimpl/include "$folder/$name.c" -o "$scratch/$name" \
        -Wl,--no-as-needed "$@" || die "gcc does not link $name.c with $1"
    timeout -k 5 60 "$scratch/$name" >"$scratch/out" 2>&1 || status=$?
    [ "$status" -eq "$wanted" ] ||
        die "$name with $1: exit status $status, not $wanted: $(cat "$scratch/out")"
}

count=0
for trace in "$folder"/*.trace; do
    [ -f "$trace" ] || die "no finding"
    name=$(basename "$trace" .trace)
    program="$scratch/$name.c"
    [ -z "${HEAPCK_UPDATE_FINDINGS:-}" ] || program="$folder/$name.c"
    "$heapck" export "$trace" --target "so:$library" --clause "$(cut -d. -f1-3 <<<"$name")" \
        -o "$program" || die "export $name"
    same_program "$program" "$folder/$name.c" ||
        die "$name.c is not what heapck writes; HEAPCK_UPDATE_FINDINGS=1 updates it"
    run_for 1 "$library"
    run_for 0 "$library_dir/libwinmem.so" -Wl,-rpath,"$library_dir"
    count=$((count + 1))
done
echo "$count programs exit 1 with WinPR and 0 with libwinmem"
