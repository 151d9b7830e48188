#!/usr/bin/env bash
# A test: the borders between the rooms hold. One sentence per offence; no argument, no output file.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What integration/ may know of the SDK: the vocabulary, nothing of plugins.
readonly VOCABULARY=(abi.h abi/value.h value.hpp arena.hpp result.hpp odoo.hpp)

# Headers that may include Asio. Each costs its includers seconds and hundreds of megabytes, so a header comes onto
# this list only when its interface is made of coroutines and few sources include it.
readonly ASIO_HEADERS=(
    integration/odoo/budget.hpp
    integration/odoo/detect.hpp
    integration/transport/http_client.hpp
    integration/transport/tests/perform.hpp
)
readonly MOST_BEAST_SOURCES=3

readonly C_HEADERS=' assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign
 stdarg stdatomic stdbool stddef stdint stdio stdlib string tgmath threads time uchar wchar wctype '

OFFENCES=0
offence() {
    printf '%s\n' "$*"
    OFFENCES=$(( OFFENCES + 1 ))
}

contains() { # WORD LIST...
    local word=$1 each
    shift
    for each in "$@"; do [[ $each != "$word" ]] || return 0; done
    return 1
}

is_header() { [[ $1 == *.h || $1 == *.hpp ]]; }
is_test() { [[ $1 == tests/* || $1 == */tests/* || $1 == */bench/* ]]; }

sources() {
    find sdk integration host plugins tests -path tests/data -prune -o -type f -print | grep -E '\.(c|h|cpp|hpp)$' | sort
}

# The #include lines of all sources: file, line, < or ", name.
includes() {
    sources | tr '\n' '\0' | xargs -0 grep -nHE '^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"]' |
        sed -E 's/^([^:]*):([0-9]+):[[:space:]]*#[[:space:]]*include[[:space:]]*([<"])([^>"]*).*/\1 \2 \3 \4/' || true
}

# --- who includes whom -------------------------------------------------------------------------------

# plugins/NAME is a room of its own, every other top folder is one.
room_of() {
    if [[ $1 == plugins/*/* ]]; then
        ROOM=${1#plugins/}
        ROOM=plugins/${ROOM%%/*}
    else
        ROOM=${1%%/*}
    fi
}

# resolve FILE KIND NAME: TARGET is the file of ours that the line means, or nothing.
resolve() {
    local file=$1 kind=$2 name=$3 places=(. sdk/include) place
    TARGET=
    room_of "$file"
    if [[ $kind == '"' ]]; then places=("$(dirname "$file")" "$ROOM" "${places[@]}"); fi
    for place in "${places[@]}"; do
        [[ -f $place/$name ]] || continue
        TARGET=$(realpath --relative-to=. "$place/$name")
        return
    done
    # A file that is not there (any more) still says what its author meant.
    if [[ $name =~ ^(\.\./)*(sdk|integration|host|plugins|tests)/(.*) ]]; then
        TARGET=${BASH_REMATCH[2]}/${BASH_REMATCH[3]}
    elif [[ $name == outrigger/* ]]; then
        TARGET=sdk/include/$name
    fi
}

may_include() { # FILE TARGET
    local room
    room_of "$1"
    room=$ROOM
    case $room in
        tests) return 0 ;;
        host) [[ $2 == host/* || $2 == integration/* || $2 == sdk/* ]] ;;
        sdk) [[ $2 == sdk/* ]] ;;
        integration) [[ $2 == integration/* ]] || contains "${2#sdk/include/outrigger/}" "${VOCABULARY[@]}" ;;
        plugins/*) [[ $2 == "$room"/* || $2 == sdk/* ]] ;;
    esac
}

rule() { # FILE
    room_of "$1"
    case $ROOM in
        host) echo "host/ may include integration/ and the SDK, but no plugin" ;;
        sdk) echo "sdk/ is all that a plugin author gets, so it may include nothing of the other rooms" ;;
        integration) echo "integration/ may include its own files and of the SDK only ${VOCABULARY[*]}" ;;
        *) echo "a plugin may include <outrigger/...>, its own files and the standard library" ;;
    esac
}

is_standard() {
    local word=${1%.h}
    if [[ $1 == "$word" ]]; then [[ $1 =~ ^[a-z0-9_]+$ ]]; else [[ $C_HEADERS =~ [[:space:]]"$word"[[:space:]] ]]; fi
}

# Code that must build with nothing but a compiler beside it; its tests may use a test framework.
is_bare() { [[ $1 == plugins/* || $1 == sdk/include/* ]] && ! is_test "$1" && [[ $1 != */testkit/* ]]; }

check_include() { # FILE LINE KIND NAME
    resolve "$1" "$3" "$4"
    if [[ -n $TARGET ]]; then
        may_include "$1" "$TARGET" || offence "$1:$2: includes $TARGET: $(rule "$1")."
    elif [[ $3 == '"' && $1 != tests/* ]]; then
        offence "$1:$2: includes \"$4\", which is in no place that it may include from: $(rule "$1")."
    elif is_bare "$1" && ! is_standard "$4"; then
        offence "$1:$2: includes <$4>, a library of others: here only the standard library is allowed."
    fi
}

# --- costly headers ----------------------------------------------------------------------------------

BEAST=() ASIO=()
note_cost() { # FILE LINE KIND NAME
    case $4 in
        boost/beast*)
            contains "$1" "${BEAST[@]}" || BEAST+=("$1")
            ! is_header "$1" || offence "$1:$2: a header includes Beast, which then costs every file that includes it."
            ;;
        boost/asio*)
            is_header "$1" || return 0
            contains "$1" "${ASIO[@]}" || ASIO+=("$1")
            contains "$1" "${ASIO_HEADERS[@]}" ||
                offence "$1:$2: a header includes <$4>: hide it in a source file, or list the header in tests/layers.sh."
            ;;
    esac
}

check_cost() {
    local header
    (( ${#BEAST[@]} <= MOST_BEAST_SOURCES )) ||
        offence "Beast is included in ${#BEAST[@]} files, at most $MOST_BEAST_SOURCES are allowed: ${BEAST[*]}."
    for header in "${ASIO_HEADERS[@]}"; do
        contains "$header" "${ASIO[@]}" ||
            offence "tests/layers.sh lists $header as a header that includes Asio, which it does not: strike it off."
    done
}

# --- the ABI -----------------------------------------------------------------------------------------

# Every function pointer says on which thread it is called, in the comment above it or on its line.
untagged_pointers() {
    awk '
        FNR == 1 { comment = ""; open = inside = ended = 0 }
        {
            code = ""; rest = $0
            while (rest != "") {
                if (open) {
                    at = index(rest, "*/")
                    comment = comment (at ? substr(rest, 1, at - 1) : rest)
                    rest = at ? substr(rest, at + 2) : ""
                    open = !at
                } else {
                    at = index(rest, "/*")
                    code = code (at ? substr(rest, 1, at - 1) : rest)
                    rest = at ? substr(rest, at + 2) : ""
                    open = at > 0
                    # Between declarations the last comment counts, within one all of them do.
                    if (open && !inside && code !~ /[^ \t]/) comment = ""
                }
            }
            if (code ~ /\( *\* *[A-Za-z_][A-Za-z0-9_]*(\[[^]]*\])? *\) *\(/ && comment !~ /\[(strand|any-thread)\]/) {
                match(code, /\( *\* *[A-Za-z_][A-Za-z0-9_]*/)
                name = substr(code, RSTART, RLENGTH); sub(/^[( *]*/, "", name)
                print FILENAME ":" FNR " " name
            }
            if (code ~ /[^ \t]/) inside = 1
            if (code ~ /[;{}]|^[ \t]*#/) ended = 1
            if (ended && !open) { comment = ""; inside = ended = 0 }
        }' sdk/include/outrigger/abi*.h sdk/include/outrigger/abi/*.h
}

check_abi() {
    local place name
    while read -r place name; do
        offence "$place: the function pointer $name has neither [strand] nor [any-thread] in the comment above it."
    done < <(untagged_pointers)
}

# --- package mirrors ---------------------------------------------------------------------------------

project_files() {
    if git -c "safe.directory=$PWD" rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git -c "safe.directory=$PWD" ls-files -z --cached --others --exclude-standard
    else
        find . -path ./build -prune -o -type f -print0
    fi
}

# The archives of well-known form, and those that this very machine uses.
mirror_pattern() {
    local hosts=''
    if command -v apt-get >/dev/null; then
        # shellcheck disable=SC2016  # apt's own variable
        hosts=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Label: Debian' 2>/dev/null |
            sed -nE 's|^https?://([^/:]*\.[^/:]*).*|\1|p' | sort -u | sed 's/\./\\./g' | tr '\n' '|' || true)
    fi
    printf '%s' "$hosts" '(deb|ftp|security|snapshot)(\.[a-z]+)?\.debian\.org|https?://[^/[:space:]]+/(debian|debian-security|ubuntu)([/[:space:]]|$)'
}

check_mirrors() {
    local place
    while IFS= read -r place; do
        offence "$place: names the host of a package mirror; ask the machine's apt for it instead."
    done < <(project_files | xargs -0 grep -nHIoE "$(mirror_pattern)" 2>/dev/null | sed -E 's/^(\.\/)?([^:]*:[0-9]+):.*/\2/' || true)
}

# --- clocks ------------------------------------------------------------------------------------------

# Time is passed in, so that tests decide what time it is. These ask the machine: the host's clock, the feed's default,
# and what waits for the end of a process in `plugin validate`.
readonly CLOCKS='host/services/clock.cpp|integration/feed/watch.cpp|host/validate/(runner|checks_end).cpp'

check_clocks() {
    local place
    while IFS= read -r place; do
        offence "$place: asks the machine what time it is; take a clock from the caller."
    done < <(sources | grep -vE "^tests/|/tests/|^integration/sandbox/|^($CLOCKS)\$" |
        xargs grep -nHE '(system|steady|high_resolution)_clock::now|\<(clock_gettime|gettimeofday|time)\((NULL|nullptr|0|CLOCK)' |
        cut -d: -f1,2 || true)
}

COUNT=0
while read -r file line kind name; do
    check_include "$file" "$line" "$kind" "$name"
    note_cost "$file" "$line" "$kind" "$name"
    COUNT=$(( COUNT + 1 ))
done < <(includes)
(( COUNT > 0 )) || offence "no #include was found at all: tests/layers.sh looks in the wrong place."
check_cost
check_abi
check_mirrors
check_clocks

if (( OFFENCES > 0 )); then
    echo "layers: $OFFENCES offences"
    exit 1
fi
echo "layers: all borders hold ($COUNT includes)"
