#!/usr/bin/env bash
# Every finding proves itself without heapck: its C file exits 1 under Wine and 0 on libwinmem.
source "$(dirname "$0")/common.sh" "$@"
need_wine
command -v x86_64-w64-mingw32-gcc >/dev/null || skip "mingw is not installed (gcc-mingw-w64-x86-64)"
count=0
conform=0
for program in "$source_dir"/corpus/findings/wine-8.0/*.c; do
    [ -f "$program" ] || die "no finding"
    name=$(basename "$program" .c)
    x86_64-w64-mingw32-gcc -O1 -Wall -Wextra -Werror "$program" -o "$scratch/$name.exe" ||
        die "mingw does not compile $program"
    gcc -O1 -Wall -Wextra -Werror -I"$source_dir" -I"$source_dir/impl/include" "$program" \
        -o "$scratch/$name" "$library_dir/libwinmem.a" -lpthread || die "gcc does not compile $program"
    status=0
    timeout -k 5 30 wine "$scratch/$name.exe" >"$scratch/out" 2>&1 || status=$?
    # A call that does not return can not be told by the program that made it.
    case $name:$status in
    call.completion.returns_to_its_caller*:124)
        status=1
        wineserver -k >/dev/null 2>&1
        ;;
    esac
    [ "$status" -eq 1 ] || die "$name under Wine: exit status $status, not 1: $(cat "$scratch/out")"
    status=0
    timeout 120 "$scratch/$name" >"$scratch/out" 2>&1 || status=$?
    # 2: what the clause speaks of does not come about on libwinmem, so the program says nothing of it.
    case $status in
    0) conform=$((conform + 1)) ;;
    2) echo "$name: not to the point on libwinmem: $(tail -n 1 "$scratch/out")" ;;
    *) die "$name on libwinmem: exit status $status, not 0: $(cat "$scratch/out")" ;;
    esac
    count=$((count + 1))
done
[ "$conform" -ge 30 ] || die "only $conform of $count programs exit 0 on libwinmem"
echo "$count programs exit 1 under Wine, $conform of them exit 0 on libwinmem"
