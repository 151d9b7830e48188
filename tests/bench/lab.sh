# A real Odoo 19 with a database of its own for a benchmark: lab_start, lab_fill, lab_shell, lab_stop.
# shellcheck shell=bash

TESTS=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
HERE=$TESTS/real
for part in common packages cluster odoo; do
    # shellcheck disable=SC1090
    source "$HERE/$part.sh"
done

ENV_FILE=
lab_start() {
    ENV_FILE=$("$HERE/lab" start 19)
    # shellcheck disable=SC1090
    source "$ENV_FILE"
}

lab_stop() {
    [[ -z $ENV_FILE ]] || "$HERE/lab" stop "$ENV_FILE"
    ENV_FILE=
}

# lab_fill NUMBER: brings the database up to this many leads.
lab_fill() {
    say "filling the database up to $1 leads"
    pg psql -qAtX -d "$OUTRIGGER_REAL_DB" -v "leads=$1" -f "$TESTS/bench/make_leads.sql" >&2
}

# lab_shell: runs standard input in a process of Odoo on this database.
lab_shell() {
    odoo_words 19
    "${ODOO[@]}" shell -c "$(dirname "$ENV_FILE")/odoo.conf" --no-http --log-level=warn
}
