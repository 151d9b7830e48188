#!/usr/bin/env bash
# The ABI's headers as a later minor version might have them: every struct that may grow has grown, every table has
# further slots, and there is a kind of value that nobody knows yet. Usage: future.sh OUT-FOLDER
set -euo pipefail

readonly OUT=$1
cd "$(dirname "${BASH_SOURCE[0]}")/../../sdk/include"

for header in outrigger/abi.h outrigger/abi/*.h; do
    mkdir -p "$OUT/$(dirname "$header")"
    awk '
        /^#define OR_ABI_MINOR / { print "#define OR_ABI_MINOR 9"; next }
        /^#define OR_OBJECT / { print; print "#define OR_DECIMAL 8u"; next }
        /^} or_(str|value|field|doc|stamp);/ { print; next }  # frozen
        /^} or_[a-z0-9_]*(_v1|_sink|_host);/ { print "  void (*from_the_future[2])(void); /* [any-thread] */" }
        /^} or_[a-z0-9_]*;/ && !/_v1;|_sink;|or_host;/ { print "  uint64_t from_the_future[2];" }
        { print }' "$header" >"$OUT/$header"
done
