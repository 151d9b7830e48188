#!/usr/bin/env bash
# A test: every public header compiles alone, without a warning, for every language and compiler that is promised.
# Usage: headers.sh; it takes gcc and clang from GCC, GXX, CLANG and CLANGXX. Exit code 77 when clang is missing.
set -euo pipefail

SELF=$(realpath "${BASH_SOURCE[0]}")
readonly SELF
cd "$(dirname "$SELF")/../include"

readonly GCC=${GCC:-gcc} GXX=${GXX:-g++}
find_tool() { command -v "$1-14" || command -v "$1" || true; }
CLANG=${CLANG:-$(find_tool clang)} CLANGXX=${CLANGXX:-$(find_tool clang++)}
readonly CLANG CLANGXX
readonly WARNINGS=(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Werror)

# One check a line: compiler, language, standard, header.
checks() {
    local header standard compiler
    for header in outrigger/abi.h outrigger/abi/*.h; do
        for standard in c11 c17 c2x; do
            for compiler in "$GCC" ${CLANG:+"$CLANG"}; do echo "$compiler c $standard $header"; done
        done
        for standard in c++17 c++20 c++2b; do
            for compiler in "$GXX" ${CLANGXX:+"$CLANGXX"}; do echo "$compiler c++ $standard $header"; done
        done
    done
    for header in outrigger/*.hpp; do
        for standard in c++20 c++2b; do
            for compiler in "$GXX" ${CLANGXX:+"$CLANGXX"}; do echo "$compiler c++ $standard $header"; done
        done
    done
}

# Twice, so that its guard is looked at as well.
check() { # COMPILER LANGUAGE STANDARD HEADER
    printf '#include <%s>\n#include <%s>\n' "$4" "$4" |
        "$1" -x "$2" -std="$3" -fsyntax-only "${WARNINGS[@]}" -I. - ||
        { echo "$4 does not compile alone as $3 with $1"; return 1; }
}

if [[ ${1:-} == --check ]]; then
    check "${@:2}"
    exit
fi

COUNT=$(checks | wc -l)
(( COUNT > 50 )) || { echo "headers: only $COUNT checks; where are the headers?"; exit 1; }
checks | xargs -P "$(nproc)" -L 1 "$SELF" --check
echo "headers: $COUNT checks are clean"
[[ -n $CLANG && -n $CLANGXX ]] || { echo "SKIP: clang is not installed (Debian's clang-14), so only gcc was asked"; exit 77; }
