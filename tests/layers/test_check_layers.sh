#!/usr/bin/env bash
# Does the layer checker notice? The sources as they are have to pass; then violations are planted in a
# copy of them, all at once, and the checker has to fail and to say each one.
#
# usage: test_check_layers.sh SOURCE_DIR
set -uo pipefail
source_dir=$1
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
expected=()

# plant FILE LINE WORDS: FILE gets LINE as its last one, and the checker has to say WORDS.
plant() {
    mkdir -p "$(dirname "$copy/$1")"
    printf '%s\n' "$2" >>"$copy/$1"
    expected+=("$3")
}

# plant_include FILE INCLUDED: one that the file's layer may not have.
plant_include() {
    plant "$1" "#include $2" "$1 includes $2, which its layer may not"
}

for folder in spec oracle impl kit fuzz tests cmake; do
    [ -d "$source_dir/$folder" ] && cp -r "$source_dir/$folder" "$copy/$folder"
done
rm -rf "$copy/tests/layers" # the lines below would be found in this very file
if ! "$source_dir/tests/layers/check_layers.sh" "$copy"; then
    echo "the sources as they are do not pass, so nothing was planted"
    exit 1
fi

plant_include spec/call.c '<windows.h>'
plant_include spec/call.c '<stdio.h>'
plant_include spec/call.c '"oracle/oracle.h"'
plant_include spec/win32.h '<unistd.h>'
plant_include oracle/judge.c '"kit/trace.h"'
plant_include oracle/judge.c '<stdlib.h>'
plant_include impl/heap/block.c '"spec/call.h"'
plant_include impl/heap/block.c '<sys/mman.h>'
plant_include impl/vm/vm.c '"impl/heap/heap.h"'
plant_include kit/trace.c '"oracle/model.h"'
plant_include kit/trace.c '"impl/heap/heap.h"'
plant_include kit/another.h '"tests/mutants/toy.h"'
plant_include kit/run/run.c '"oracle/judge.h"'
plant_include kit/execute/step.c '<unistd.h>'
plant_include kit/execute/step.c '"kit/trace.h"'
plant_include fuzz/harness.c '"impl/os/os_sim.h"'
plant_include fuzz/harness.c '"oracle/model.h"'
plant_include kit/trace.c '"fuzz/harness.h"'
plant fuzz/heap.c '#include <winmem.h>' 'fuzz/heap.c includes winmem.h'
plant fuzz/mixed.c '#include <winmem_sim.h>' 'fuzz/mixed.c includes winmem.h'
plant fuzz/another/file.c '#include <stdio.h>' 'fuzz/another/file.c belongs to no layer'
plant kit/run/run.c '#include <winmem.h>' 'kit/run/run.c includes winmem.h'
plant kit/another/file.c '#include <stdio.h>' 'kit/another/file.c belongs to no layer'
plant impl/file.c '#include <stdio.h>' 'impl/file.c belongs to no layer'
plant spec/clause.c 'void f(void) { free(0); }' 'void f(void) { free(0); }: spec/ and oracle/ allocate nothing'
plant oracle/model.c 'void f(void) { printf(""); }' 'void f(void) { printf(""); }: spec/ and oracle/'
plant kit/report/text.c '#ifdef _WIN32' 'kit/report/text.c has _WIN32'
plant oracle/region.c '/* TODO */' '/* TODO */: unfinished'
plant kit/weave/weave.c "$(printf '/**/\n%.0s' {1..601})" "what is its second subject"

said=$("$source_dir/tests/layers/check_layers.sh" "$copy" 2>&1)
status=$?
failures=0
for words in "${expected[@]}"; do
    if ! grep -qF "$words" <<<"$said"; then
        printf 'not said: %s\n' "$words"
        failures=$((failures + 1))
    fi
done
if [ "$status" -ne 1 ] || [ "$failures" -ne 0 ]; then
    printf '%s\nexit status %d, %d violations were not noticed\n' "$said" "$status" "$failures"
    exit 1
fi
printf '%d violations were noticed\n' "${#expected[@]}"
