#!/usr/bin/env bash
# A test: what an author does with an installed SDK works. Usage: consumer.sh PART BUILD, with PART one of
#   project      `outrigger plugin new`, built and tested with find_package(Outrigger) alone, then shown by the program
#   c            a plugin in C11, in a project without C++
#   guide        the new project on the sandbox, as the guide's step 5 has it
#   clang        the new project, compiled by clang-14 as C++2b
#   third_party  a static library is linked in and hidden, a shared one is refused
# Needs cmake, a compiler and GoogleTest; everything else comes from the prefix that it installs BUILD into.
set -euo pipefail

readonly PART=$1 BUILD=$2
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
WORK=$(mktemp -d)
readonly HERE WORK PREFIX=$WORK/prefix
trap 'rm -rf "$WORK"' EXIT
cd "$WORK"

fail() {
    printf 'consumer: %s\n' "$*"
    exit 1
}

quietly() { # COMMAND...: its output only when it fails
    "$@" >"$WORK/output" 2>&1 || {
        cat "$WORK/output"
        fail "this failed: $*"
    }
}

build() { # SOURCE [OPTION...]
    local source=$1
    shift
    quietly env -u CMAKE_PREFIX_PATH cmake -S "$source" -B "$source/build" -DCMAKE_PREFIX_PATH="$PREFIX" "$@"
    quietly cmake --build "$source/build"
}

at_most() { # LINES FILE
    local count
    count=$(grep -cve '^[[:space:]]*$' "$2")
    (( count <= $1 )) || fail "$2 has $count lines, at most $1 are promised"
}

exports_one_symbol() { # LIBRARY
    local defined
    defined=$(nm -D --defined-only --format=posix "$1" | cut -d' ' -f1)
    [[ $defined == outrigger_plugin_v1 ]] || fail "$1 exports: $defined"
}

configuration() { # FOLDER
    printf '{"databases": {"main": {"url": "http://127.0.0.1:1", "database": "x", "key": "${env:OUTRIGGER_TEST_KEY}"}},
             "plugin_folders": ["%s"]}' "$1" >outrigger.json
}

loads() { # ID FOLDER
    configuration "$2"
    "$PREFIX/bin/outrigger" -c outrigger.json plugin info "$1" >info 2>&1 || { cat info; fail "$1 does not load"; }
    grep -q '^  loads$' info || fail "plugin info $1 says: $(cat info)"
}

project() {
    local other
    (( $(find "$PREFIX/lib/outrigger/plugins" -name '*.so' | wc -l) > 0 )) || fail "no plugin was installed"
    [[ -x $PREFIX/libexec/outrigger/outrigger-runner ]] || fail "the runner was not installed"
    "$PREFIX/bin/outrigger" plugin info scoring >info || fail "the installed scoring plugin is not found: $(cat info)"

    "$PREFIX/bin/outrigger" plugin new hello >made || fail "plugin new: $(cat made)"
    ! grep -rq NAME hello || fail "a placeholder is left: $(grep -r NAME hello | head -n 1)"
    at_most 5 hello/CMakeLists.txt
    at_most 15 hello/manifest.json
    at_most 40 hello/plugin.cpp
    build hello
    quietly ctest --test-dir hello/build --output-on-failure --no-tests=error
    exports_one_symbol hello/build/plugins/hello/hello.so
    loads hello "$WORK/hello/build/plugins"
    sed -i 's/"summary": "Counts/"summary": "Still counts/' hello/manifest.json
    quietly cmake --build hello/build
    cmp -s hello/manifest.json hello/build/plugins/hello/manifest.json || fail "a changed manifest was not taken"
    quietly cmake --install hello/build --prefix "$WORK/own"
    [[ -f own/lib/outrigger/plugins/hello/manifest.json && -f own/lib/outrigger/plugins/hello/hello.so ]] ||
        fail "the plugin was not installed"

    if "$PREFIX/bin/outrigger" plugin new hello 2>output; then fail "an existing folder was overwritten"; fi
    grep -q 'is there already' output || fail "an existing folder: $(cat output)"
    grep -q -- "-DCMAKE_PREFIX_PATH=$PREFIX\$" made || fail "the next steps do not say where Outrigger is: $(cat made)"
    for other in Hello 9lives a/b ../x '' run status writes; do
        if "$PREFIX/bin/outrigger" plugin new "$other" --folder other 2>output; then fail "accepted the name '$other'"; fi
        [[ ! -e other ]] || fail "the name '$other' left a folder"
    done
    "$PREFIX/bin/outrigger" plugin new second --folder deep/er >output || fail "--folder: $(cat output)"
    [[ -f deep/er/manifest.json ]] || fail "--folder was not used"
}

c() {
    cp -r "$HERE/c_plugin" plain
    build plain
    exports_one_symbol plain/build/plugins/plain-c/plain-c.so
    loads plain-c "$WORK/plain/build/plugins"
}

guide() {
    "$PREFIX/bin/outrigger" plugin new hello >output || fail "plugin new: $(cat output)"
    build hello
    chmod 755 "$WORK"  # as root the plugin runs as a user of its own, who must be able to read it
    python3 "$HERE/guide.py" "$PREFIX" "$HERE/../../sdk/README.md"
}

clang() {
    command -v clang++-14 >/dev/null || { echo "consumer: clang-14 is missing"; exit 77; }
    "$PREFIX/bin/outrigger" plugin new hello >output
    build hello -DCMAKE_CXX_COMPILER=clang++-14 -DCMAKE_CXX_STANDARD=23 -DCMAKE_CXX_FLAGS='-Wall -Wextra -Werror'
    grep -q 'std=\(gnu++\|c++\)2b' hello/build/CMakeFiles/plugin_hello.dir/flags.make ||
        fail "not compiled as C++2b"
    quietly ctest --test-dir hello/build --output-on-failure --no-tests=error
    exports_one_symbol hello/build/plugins/hello/hello.so
    loads hello "$WORK/hello/build/plugins"
}

third_party() {
    cp -r "$HERE/third_party" with
    build with -DKIND=STATIC
    exports_one_symbol with/build/plugins/third-party/third-party.so
    loads third-party "$WORK/with/build/plugins"
    if cmake -S with -B with/shared -DCMAKE_PREFIX_PATH="$PREFIX" -DKIND=SHARED >output 2>&1; then
        fail "a shared third-party library was accepted"
    fi
    tr -s ' \n' ' ' <output | grep -q 'other is a shared library. A plugin brings its libraries with it: declare the static' ||
        fail "a shared library: $(cat output)"
}

export OUTRIGGER_TEST_KEY=unused
export CMAKE_GENERATOR='Unix Makefiles'
quietly cmake --install "$BUILD" --prefix "$PREFIX"
"$PART"
echo "consumer: $PART works with what is installed"
