#!/usr/bin/env bash
# A test: every plugin's library exports exactly one symbol, has no unique symbol (which the loader shares between
# libraries) and needs nothing of ours from its host. Usage: exported.sh FOLDER...
set -euo pipefail

readonly ONLY=outrigger_plugin_v1
OFFENCES=0
offence() {
    printf '%s\n' "$*"
    OFFENCES=$(( OFFENCES + 1 ))
}

few() { # LINES: the first three of them
    head -n 3 <<<"$1" | paste -sd' '
}

mapfile -t LIBRARIES < <(find "$@" -name '*.so' -type f 2>/dev/null | LC_ALL=C sort)
(( ${#LIBRARIES[@]} > 0 )) || { echo "exported: no library in $*: build first"; exit 1; }
for library in "${LIBRARIES[@]}"; do
    defined=$(nm -D --defined-only --format=posix "$library" | cut -d' ' -f1 | sort)
    [[ $defined == "$ONLY" ]] || offence "$library exports $(few "${defined:-nothing}"): it must export $ONLY alone;" \
        "link it with outrigger_add_plugin()."
    unique=$(nm -D --format=posix "$library" | awk '$2 == "u" { print $1 }')
    [[ -z $unique ]] || offence "$library has unique symbols, which all plugins would share ($(few "$unique")):" \
        "build it with -fno-gnu-unique."
    ours=$(nm -D --undefined-only --format=posix "$library" | cut -d' ' -f1 | grep -E '(^|[^a-z])or_[a-z]|outrigger' || true)
    [[ -z $ours ]] || offence "$library expects $(few "$ours") from its host: the SDK is headers only, so include what" \
        "it needs."
done

(( OFFENCES == 0 )) || exit 1
echo "exported: ${#LIBRARIES[@]} libraries export $ONLY alone"
