#!/usr/bin/env bash
# Times Odoo 19's own full recompute of its lead scores and prints one JSON line, the median of the runs. Usage:
#   odoo_recompute.sh [--leads N] [--runs N] [--keep]     N: 30000 leads, 3 runs
# Works on a fresh copy of the lab's database; --keep leaves its server running and names its settings.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lab.sh
source "$(dirname "${BASH_SOURCE[0]}")/lab.sh"

LEADS=30000 RUNS=3 KEEP=
usage() {
    sed -n '2,4s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2
    exit 2
}

while (( $# > 0 )); do
    case $1 in
        --leads) LEADS=${2:-}; shift 2 || usage ;;
        --runs) RUNS=${2:-}; shift 2 || usage ;;
        --keep) KEEP=yes; shift ;;
        *) usage ;;
    esac
done
[[ $LEADS =~ ^[1-9][0-9]*$ && $RUNS =~ ^[1-9][0-9]*$ ]] || usage

recompute() {
    local out
    out=$({ printf 'RUNS = %d\n' "$RUNS"; cat "$TESTS/bench/odoo_recompute.py"; } | lab_shell)
    sed -n 's/^RECOMPUTED //p' <<<"$out" | grep . || die "Odoo did not finish: $out"
}

trap lab_stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
lab_start
lab_fill "$LEADS"
say "Odoo recomputes the scores of $LEADS leads, $RUNS times"
recompute
if [[ -n $KEEP ]]; then
    say "left running: $ENV_FILE"
    ENV_FILE=
fi
