#!/usr/bin/env bash
# Times Odoo 19's own filtered_domain of the rules of bench_domains and prints one JSON line. Usage: odoo_domains.sh
# Works on a fresh copy of the lab's database, with 2,000 leads.
set -euo pipefail

# shellcheck source-path=SCRIPTDIR source=lab.sh
source "$(dirname "${BASH_SOURCE[0]}")/lab.sh"

trap lab_stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
lab_start
lab_fill 2000
out=$(lab_shell <"$TESTS/bench/odoo_domains.py")
sed -n 's/^FILTERED //p' <<<"$out" | grep . || die "Odoo did not finish: $out"
