#!/usr/bin/env bash
# Times the rescoring of a real Odoo 19 from outside, over JSON-2 with only what changed written, beside Odoo's own
# scheduled job, and prints one JSON line a case. Usage:
#   rescore.sh [--leads N] [--build DIR]        N: 30000 leads; DIR: where bin/outrigger is (build/release)
# Cases: every open lead is stale; one in 29 is; none is. Each is timed from the start of the program to its end,
# reading all leads and Odoo's own table included. Odoo's job always writes all of them.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lab.sh
source "$(dirname "${BASH_SOURCE[0]}")/lab.sh"

LEADS=30000 BUILD=$TESTS/../build/release
usage() {
    sed -n '2,6s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
}

while (( $# > 0 )); do
    case $1 in
        --leads) LEADS=${2:-}; shift 2 || usage ;;
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

sql() { pg psql -qAtX -d "$OUTRIGGER_REAL_DB" -c "$1"; }

# stale WHICH: open leads of this condition show a score that nobody computed.
stale() {
    sql "UPDATE crm_lead SET automated_probability = 12.34, probability = 12.34
          WHERE won_status = 'pending' AND active AND stage_id IS NOT NULL AND $1"
}

outrigger() { OUTRIGGER_KEY=$OUTRIGGER_REAL_KEY "$BUILD/bin/outrigger" "$@" -c "$WORK/outrigger.json"; }

# timed NAME: one run of ours.
timed() {
    local start end
    start=$(date +%s%N)
    outrigger scoring recompute --by rpc --json >"$WORK/reply"
    end=$(date +%s%N)
    python3 - "$1" "$(( (end - start) / 1000000 ))" "$WORK/reply" <<'PYTHON'
import json, sys
reply = json.load(open(sys.argv[3]))
print(json.dumps({"case": sys.argv[1], "wall_ms": int(sys.argv[2]), "leads": reply["leads"], "scored": reply["scored"],
                  "changed": reply["changed"], "written": reply["written"], "held_back": reply["held_back"]}))
PYTHON
}

trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
lab_start
lab_fill "$LEADS"
say "Odoo's own job"
{ printf 'RUNS = 3\n'; cat "$TESTS/bench/odoo_recompute.py"; } | lab_shell | sed -n 's/^RECOMPUTED //p'
cat >"$WORK/outrigger.json" <<JSON
{
  "data_folder": "$WORK/data",
  "plugin_folders": ["$(realpath "$BUILD")/plugins"],
  "databases": {"main": {"url": "$OUTRIGGER_REAL_URL", "database": "$OUTRIGGER_REAL_DB", "login": "admin",
                         "key": "\${env:OUTRIGGER_KEY}"}},
  "plugins": {"scoring": {"enabled": true}}
}
JSON
outrigger plugin enable scoring --yes >&2
say "ours"
stale true
timed "every open lead is stale"
stale "id % 29 = 0"
timed "one in 29 is stale"
timed "none is stale"
