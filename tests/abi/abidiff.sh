#!/usr/bin/env bash
# A test: libabigail finds no change of the ABI against the committed dump abi_v1.xml, but those that accepted.abignore
# lists with a reason. Usage: abidiff.sh [--accept]; exit code 77 without the package abigail-tools.
# A deliberate change: add an entry with its reason to accepted.abignore. At a release the dump is made anew with
# --accept, and the entries go.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
readonly INCLUDE=../../sdk/include DUMP=abi_v1.xml ACCEPTED=accepted.abignore
if ! command -v abidw >/dev/null || ! command -v abidiff >/dev/null; then
    echo "SKIP: abidw and abidiff are not installed (Debian's abigail-tools)"
    exit 77
fi
TEMP=$(mktemp -d)
readonly TEMP
trap 'rm -rf "$TEMP"' EXIT

# A library whose one function takes a pointer to each struct, so that its debug information has them all.
{
    printf '#include <outrigger/abi.h>\n'
    (cd "$INCLUDE" && printf '#include <%s>\n' outrigger/abi/*.h)
    printf 'void outrigger_abi(or_entry_point_v1 entry'
    sed -nE 's/^\} (or_[a-z0-9_]+);.*/\1/p' "$INCLUDE"/outrigger/abi.h "$INCLUDE"/outrigger/abi/*.h |
        awk '{ printf ", const %s* p%d", $1, NR }'
    printf ');\nvoid outrigger_abi(or_entry_point_v1 entry'
    sed -nE 's/^\} (or_[a-z0-9_]+);.*/\1/p' "$INCLUDE"/outrigger/abi.h "$INCLUDE"/outrigger/abi/*.h |
        awk '{ printf ", const %s* p%d", $1, NR }'
    printf ') { (void)entry; }\n'
} >"$TEMP/abi.c"
"${CC:-gcc}" -std=c11 -g -gdwarf-4 -O0 -fPIC -shared -w -I"$INCLUDE" -Wl,-soname,abi.so -o "$TEMP/abi.so" "$TEMP/abi.c"

if [[ ${1:-} == --accept ]]; then
    abidw --no-corpus-path --no-comp-dir-path --no-show-locs --no-elf-needed --drop-undefined-syms --drop-private-types \
        --out-file "$DUMP" "$TEMP/abi.so"
    echo "abidiff: tests/abi/$DUMP holds the ABI as it is now"
    exit
fi

# Bits of abidiff's exit code: 1 error, 2 usage, 4 change, 8 incompatible change.
code=0
abidiff --suppressions "$ACCEPTED" --no-show-locs "$DUMP" "$TEMP/abi.so" >"$TEMP/report" 2>&1 || code=$?
if (( code != 0 )); then
    cat "$TEMP/report"
    echo "abidiff: the ABI is not that of tests/abi/$DUMP (see above). If it was meant, read sdk/VERSIONING.md on what may"
    echo "change and add an entry with its reason to tests/abi/$ACCEPTED."
    exit 1
fi
echo "abidiff: the ABI is as it was"
