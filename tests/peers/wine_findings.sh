#!/usr/bin/env bash
# Every finding proves itself without heapck: its C file, which is the one that heapck writes today,
# exits 1 under Wine and 0 on libwinmem.
source "$(dirname "$0")/common.sh" "$@"
need_wine
command -v x86_64-w64-mingw32-gcc >/dev/null || skip "mingw is not installed (gcc-mingw-w64-x86-64)"
cd "$source_dir" || die "no $source_dir"
folder=corpus/findings/wine-8.0
fresh=0
tests/corpus/findings.sh "$source_dir" || die "$folder is not whole, or a trace of it too long"
case "$(wine --version)" in
wine-8.0*) fresh=1 ;;
*) echo "$folder holds what wine-8.0 does, installed is $(wine --version): not exported anew" ;;
esac

# The file as heapck writes it for the trace.
check_fresh() {
    local program="$scratch/$1.c"
    [ -z "${HEAPCK_UPDATE_FINDINGS:-}" ] || program="$folder/$1.c"
    "$heapck" export "$folder/$1.trace" --target "exec:wine '$agent'" --profile windows --limit 5 \
        --clause "$(cut -d. -f1-3 <<<"$1")" -o "$program" || die "export $1"
    same_program "$program" "$folder/$1.c" && return
    diff "$folder/$1.c" "$program"
    die "$1.c is not what heapck writes; HEAPCK_UPDATE_FINDINGS=1 updates it"
}

# run_for STATUS WHERE COMMAND...
run_for() {
    local wanted=$1 where=$2 status=0
    shift 2
    timeout -k 5 60 "$@" >"$scratch/out" 2>&1 || status=$?
    [ "$status" -eq "$wanted" ] ||
        die "$name $where: exit status $status, not $wanted: $(cat "$scratch/out")"
}

count=0
for trace in "$folder"/*.trace; do
    [ -f "$trace" ] || die "no finding"
    name=$(basename "$trace" .trace)
    [ "$fresh" -eq 0 ] || check_fresh "$name"
    x86_64-w64-mingw32-gcc -O1 -Wall -Wextra -Werror "$folder/$name.c" -o "$scratch/$name.exe" ||
        die "mingw does not compile $name.c"
    gcc -O1 -Wall -Wextra -Werror -I. -Iimpl/include "$folder/$name.c" -o "$scratch/$name" \
        -Wl,--no-as-needed "$library_dir/libwinmem.so" -Wl,-rpath,"$library_dir" ||
        die "gcc does not compile $name.c"
    run_for 1 "under Wine" wine "$scratch/$name.exe"
    run_for 0 "on libwinmem" "$scratch/$name"
    count=$((count + 1))
done
echo "$count programs exit 1 under Wine and 0 on libwinmem"
