#!/usr/bin/env bash
# A test: the frozen copies of the ABI's headers are untouched. Usage: frozen.sh [--accept | --release]
# tests/abi/vN_M is the ABI as release N.M had it; SHA256SUMS in it says that N.M has been released. Until then the
# copy follows sdk/include: --accept copies it again. --release writes the sums, once, in the commit of the release.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")"
readonly HEADERS=../../sdk/include/outrigger
number() { sed -n "s/^#define OR_ABI_$1 //p" "$HEADERS/abi.h"; }
CURRENT=v$(number MAJOR)_$(number MINOR)
readonly CURRENT

# Whether the copy is what sdk/include has, with the differences.
current_is() { diff <(cd "$HEADERS" && tail -n +1 abi.h abi/*.h) <(cd "$1/outrigger" && tail -n +1 abi.h abi/*.h); }

case ${1:-} in
    --accept)
        [[ ! -e $CURRENT/SHA256SUMS ]] ||
            { echo "frozen: $CURRENT has been released and does not change: raise OR_ABI_MINOR in abi.h"; exit 1; }
        rm -rf "$CURRENT"
        mkdir -p "$CURRENT/outrigger"
        cp -r "$HEADERS/abi.h" "$HEADERS/abi" "$CURRENT/outrigger/"
        echo "frozen: $CURRENT is what sdk/include is now"
        exit
        ;;
    --release)
        (cd "$CURRENT" && find outrigger -type f | LC_ALL=C sort | xargs sha256sum >SHA256SUMS)
        echo "frozen: $CURRENT stays as it is from now on"
        exit
        ;;
esac

[[ -d $CURRENT ]] || { echo "frozen: there is no copy of ABI ${CURRENT#v}: run tests/abi/frozen.sh --accept"; exit 1; }
for copy in v*_*; do
    if [[ -e $copy/SHA256SUMS ]]; then
        (cd "$copy" && sha256sum --check --quiet SHA256SUMS) ||
            { echo "frozen: tests/abi/$copy was released and must never change: git checkout tests/abi/$copy"; exit 1; }
        [[ $(wc -l <"$copy/SHA256SUMS") -eq $(find "$copy/outrigger" -type f | wc -l) ]] ||
            { echo "frozen: tests/abi/$copy has a file that the release did not have"; exit 1; }
    elif [[ $copy == "$CURRENT" ]]; then
        current_is "$copy" ||
            { echo "frozen: the headers have changed since tests/abi/$copy was made: run tests/abi/frozen.sh --accept"; exit 1; }
    else
        echo "frozen: tests/abi/$copy is of an older ABI and has no SHA256SUMS"
        exit 1
    fi
done
# A released ABI whose headers have grown since needs a new minor.
if [[ -e $CURRENT/SHA256SUMS ]]; then
    current_is "$CURRENT" >/dev/null ||
        { echo "frozen: ${CURRENT#v} has been released and its headers have changed: raise OR_ABI_MINOR in abi.h"; exit 1; }
fi
echo "frozen: the copies are as they were"
