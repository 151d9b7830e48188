#!/usr/bin/env bash
# Times the assignment of leads on a real Odoo 19, each time on a fresh copy of the same database: by Odoo's own job, by
# ours with Odoo's tracking notes, and by ours without them (`quiet`), and prints one JSON line each. Usage:
#   assign.sh [--leads N] [--engine NAME] [--build DIR]     N: 2000 leads; fair; DIR: where bin/outrigger is (build/release)
# Ours is timed from the start of the program to its end, all reading, planning and writing included, beside its calls.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lab.sh
source "$(dirname "${BASH_SOURCE[0]}")/lab.sh"

LEADS=2000 ENGINE=fair BUILD=$TESTS/../build/release
usage() {
    sed -n '2,5s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
}

while (( $# > 0 )); do
    case $1 in
        --leads) LEADS=${2:-}; shift 2 || usage ;;
        --engine) ENGINE=${2:-}; shift 2 || usage ;;
        --build) BUILD=${2:-}; shift 2 || usage ;;
        *) usage ;;
    esac
done
[[ $LEADS =~ ^[1-9][0-9]*$ && -x $BUILD/bin/outrigger ]] || usage

WORK=$(mktemp -d)
chmod 755 "$WORK"  # the plugin runs as a user of its own
finish() {
    lab_stop
    rm -rf "$WORK"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

fresh() {
    lab_start
    { printf 'LEADS = %d\n' "$LEADS"; cat "$TESTS/bench/assign_setup.py"; } | lab_shell | grep '^READY ' >&2 ||
        die "the leads could not be made"
}

outrigger() { OUTRIGGER_KEY=$OUTRIGGER_REAL_KEY "$BUILD/bin/outrigger" "$@" -c "$WORK/outrigger.json"; }

# ours NAME QUIET
ours() {
    local start end calls
    rm -rf "$WORK/data"
    cat >"$WORK/outrigger.json" <<JSON
{
  "data_folder": "$WORK/data",
  "plugin_folders": ["$(realpath "$BUILD")/plugins"],
  "databases": {"main": {"url": "$OUTRIGGER_REAL_URL", "database": "$OUTRIGGER_REAL_DB", "login": "admin",
                         "key": "\${env:OUTRIGGER_KEY}"}},
  "plugins": {"assignment": {"enabled": true, "config": {"engine": "$ENGINE", "quiet": $2}}}
}
JSON
    outrigger plugin enable assignment --yes >&2
    calls=$(wc -l <"$OUTRIGGER_REAL_LOG")
    start=$(date +%s%N)
    outrigger assignment run --json >"$WORK/reply"
    end=$(date +%s%N)
    calls=$(tail -n "+$((calls + 1))" "$OUTRIGGER_REAL_LOG" | grep -c '"POST \|"GET ') || true
    python3 - "$1" "$(( (end - start) / 1000000 ))" "$calls" "$WORK/reply" <<'PYTHON'
import json, sys
reply = json.load(open(sys.argv[4]))
print(json.dumps({"who": sys.argv[1], "leads": reply["leads"], "seconds": int(sys.argv[2]) / 1000,
                  "assigned": reply["applied"]["written"], "calls": int(sys.argv[3])}))
PYTHON
}

fresh
say "Odoo's own job"
lab_shell <"$TESTS/bench/odoo_assign.py" | sed -n 's/^ASSIGNED //p' | grep . || die "Odoo did not finish"
lab_stop
fresh
say "ours"
ours "ours" false
lab_stop
fresh
say "ours, quiet"
ours "ours, quiet" true
