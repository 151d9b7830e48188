#!/usr/bin/env bash
# A test: the layout of every struct of the ABI and the signature of every function are those of layout.txt, and
# sdk/tests/abi_layout.h checks every member. Usage: layout.sh [--accept]; exit code 77 without clang-14.
# A deliberate change: read sdk/VERSIONING.md, run `layout.sh --accept`, commit layout.txt with the reason.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
readonly ROOT=../.. GOLDEN=layout.txt CHECKS=../../sdk/tests/abi_layout.h ALL=../../sdk/tests/abi_all.h
CLANG=${CLANG:-$(command -v clang-14 || true)}
readonly CLANG
[[ -n $CLANG ]] || { echo "SKIP: clang-14 is not installed, and other versions print layouts in other words"; exit 77; }

sources() {
    printf '#include <outrigger/abi.h>\n'
    (cd "$ROOT/sdk/include" && printf '#include <%s>\n' outrigger/abi/*.h)
}
# One block a struct: its members with offset and type, its size. What is nested is printed where it is defined.
dump() {
    sources | "$CLANG" -x c -std=c11 -fsyntax-only -Xclang -fdump-record-layouts-complete -I"$ROOT/sdk/include" - |
        awk '
            /^\*\*\*/ { inside = 0; next }
            /^ +0 \| struct or_[a-z0-9_]+$/ && !inside { inside = 1; print ""; print $3, $4; next }
            !inside { next }
            /\| +\[sizeof=/ { print "  " $2 " " $3; inside = 0; next }
            /\|   [^ ]/ { sub(/^ +/, "  "); gsub(/\(unnamed at [^)]*\)/, "(unnamed)"); gsub(/ +\|  +/, " "); print }' |
        sed 's/\[sizeof=/size /; s/, *align=/ align /; s/,$//; s/\]$//' | sed '1{/^$/d}'
}

if [[ ${1:-} == --accept ]]; then
    dump >"$GOLDEN"
    echo "layout: $(grep -c '^struct' "$GOLDEN") structs are now in tests/abi/$GOLDEN"
    exit
fi

if ! diff -u "$GOLDEN" <(dump); then
    echo "layout: the ABI is not that of tests/abi/$GOLDEN (see above). Unless it was not meant, read sdk/VERSIONING.md"
    echo "on what may change, then run tests/abi/layout.sh --accept and commit the difference with its reason."
    exit 1
fi

# Each member has its line in the static checks.
missing=0
while read -r struct member; do
    grep -qE "^AT\($struct, $member, [0-9]+\);" "$CHECKS" ||
        { echo "layout: $struct.$member is not checked: add AT($struct, $member, ...) to sdk/tests/abi_layout.h"; missing=1; }
done < <(awk '/^struct/ { struct = $2; next } /^  [0-9]/ { print struct, $NF }' "$GOLDEN")
for header in "$ROOT"/sdk/include/outrigger/abi/*.h; do
    grep -qF "<outrigger/abi/$(basename "$header")>" "$ALL" ||
        { echo "layout: sdk/tests/abi_all.h does not include $(basename "$header")"; missing=1; }
done
(( missing == 0 )) || exit 1
echo "layout: $(grep -c '^struct' "$GOLDEN") structs are as they were"
