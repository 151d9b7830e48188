# Running an Odoo: the words that start each version, its configuration, its template database.
# shellcheck shell=bash

# A "kind" is 19, 14 or src-HASH (a checkout of somebody's own, whose path lies in $CACHE/sources).

source_kind() { # PATH
    local tree series
    tree=$(realpath -e "$1") || die "$1: no such folder"
    [[ -f $tree/odoo/release.py ]] || die "$1 holds no odoo/release.py"
    series=$(series_of_tree "$tree")
    local kind
    kind=src-$(printf '%s %s' "$tree" "$series" | sha256sum | cut -c1-12)
    mkdir -p "$CACHE/sources"
    printf '%s\n' "$tree" >"$CACHE/sources/$kind"
    printf '%s\n' "$kind"
}

series_of_tree() {
    /usr/bin/python3 - "$1/odoo/release.py" <<'PY'
import runpy, sys
print(runpy.run_path(sys.argv[1])["series"])
PY
}

kind_tree() { # KIND: empty for the one in a chroot
    case $1 in
        19) printf '%s\n' "$ODOO19_TREE" ;;
        14) ;;
        *) cat "$CACHE/sources/$1" ;;
    esac
}

kind_series() { # such as 19.0
    case $1 in
        14) series_of_tree "$ODOO14_ROOT/usr/lib/python3/dist-packages" ;;
        *) series_of_tree "$(kind_tree "$1")" ;;
    esac
}

kind_major() { kind_series "$1" | sed -E 's/^[^0-9]*([0-9]+).*/\1/'; }

ensure_kind() {
    ensure_machine
    case $1 in
        19) ensure_odoo19_package ;;
        14) ensure_odoo14_package ;;
        *) as_user test -r "$(kind_tree "$1")/odoo/release.py" || die "$(kind_tree "$1") is not readable by user $LAB_USER" ;;
    esac
    user_dir "$CACHE/data"
    user_dir "$RUN"
    ensure_cluster
}

# odoo_words KIND: the array ODOO, ready for arguments. Every word of it execs the next, so that the
# pid of a background job is Odoo's.
odoo_words() {
    local tree
    as_user_words
    if [[ $1 == 14 ]]; then
        root_words "$ODOO14_ROOT"
        ODOO=("${ROOT_WORDS[@]}" chroot "--userspec=$(id -u "$LAB_USER"):$(id -g "$LAB_USER")" "$ODOO14_ROOT"
            env -i "HOME=$LAB_HOME" PATH=/usr/bin:/bin LANG=C.UTF-8 /usr/bin/python3 /usr/bin/odoo)
        return
    fi
    tree=$(kind_tree "$1")
    ODOO=("${AS_USER[@]}" env -i -C "$LAB_HOME" "HOME=$LAB_HOME" PATH=/usr/bin:/bin LANG=C.UTF-8
        "PYTHONPATH=$tree" PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3)
    if [[ -f $tree/odoo-bin ]]; then ODOO+=("$tree/odoo-bin"); else ODOO+=(-m odoo); fi
}

addons_path() {
    local tree
    [[ $1 != 14 ]] || tree=/usr/lib/python3/dist-packages
    tree=${tree:-$(kind_tree "$1")}
    if [[ -d $tree/addons ]]; then printf '%s,' "$tree/addons"; fi
    printf '%s\n' "$tree/odoo/addons"
}

# write_conf FILE KIND DB HTTP_PORT GEVENT_PORT WORKERS
write_conf() {
    local gevent=gevent_port
    (( $(kind_major "$2") >= 16 )) || gevent=longpolling_port
    (umask 077 && cat >"$1") <<EOF_CONF
[options]
addons_path = $(addons_path "$2")
data_dir = $CACHE/data
db_host = 127.0.0.1
db_port = $(<"$CACHE/pg.port")
db_user = $DB_USER
db_password = $(<"$CACHE/pg.password")
db_name = $3
dbfilter = ^$3\$
admin_passwd = $(random_word)
http_interface = 127.0.0.1
http_port = $4
$gevent = $5
workers = $6
max_cron_threads = 0
EOF_CONF
    own "$1"
}

# --- templates -----------------------------------------------------------------------------------
# base_KIND holds the modules and Odoo's demo data, tpl_KIND a sales history on top of it. Both are
# made under another name first.

base_key() { printf '%s %s\n' "$(kind_series "$1")" "$LAB_MODULES" | sha256sum | cut -c1-16; }

template_key() {
    { base_key "$1"; cat "$HERE/make_keys.py" "$HERE/seed_leads.py"; } | sha256sum | cut -c1-16
}

# run_odoo KIND DB LOG ARGUMENTS...: once, not as a server; standard input is this function's.
run_odoo() {
    local kind=$1 db=$2 log=$3 conf=$RUN/$2.conf status=0 command=()
    shift 3
    if [[ $1 == shell ]]; then command=(shell); shift; fi
    write_conf "$conf" "$kind" "$db" "$(free_port)" "$(free_port)" 0
    odoo_words "$kind"
    run_child "$log" "${ODOO[@]}" "${command[@]}" -c "$conf" "$@" || status=$?
    rm -f "$conf"
    return "$status"
}

ensure_base() {
    local kind=$1 log=$LOGS/base_$1.log demo=()
    if stamp_is "base_$kind" "$(base_key "$kind")" && has_db "base_$kind"; then return; fi
    say "installing modules and demo data in Odoo $kind, one to two minutes (log: $log)"
    unstamp "base_$kind"
    forget_db "base_$kind"
    forget_db "new_base_$kind"
    pg createdb -T template0 -E UTF8 --lc-collate=C "new_base_$kind"
    # From 19 on demo data is asked for; before, it comes unless refused.
    (( $(kind_major "$kind") < 19 )) || demo=(--with-demo)
    : >"$log"
    run_odoo "$kind" "new_base_$kind" "$log" -i "$LAB_MODULES" "${demo[@]}" --stop-after-init </dev/null ||
        fail_with_log "$log" "Odoo $kind could not install its modules"
    keep_db "new_base_$kind" "base_$kind"
    stamp "base_$kind" "$(base_key "$kind")"
}

ensure_template() {
    local kind=$1 log=$LOGS/template_$1.log
    ensure_base "$kind"
    if stamp_is "template_$kind" "$(template_key "$kind")" && has_db "tpl_$kind"; then return; fi
    say "seeding a sales history in Odoo $kind (log: $log)"
    unstamp "template_$kind"
    forget_db "tpl_$kind"
    forget_db "new_tpl_$kind"
    copy_db "base_$kind" "new_tpl_$kind"
    : >"$log"
    run_odoo "$kind" "new_tpl_$kind" "$log" shell --log-level=warn \
        < <(cat "$HERE/make_keys.py" "$HERE/seed_leads.py") ||
        fail_with_log "$log" "Odoo $kind could not be seeded"
    save_keys "$kind" "$log"
    keep_db "new_tpl_$kind" "tpl_$kind"
    stamp "template_$kind" "$(template_key "$kind")"
}

# Odoo names its folder of files after the database.
keep_db() {
    rename_db "$1" "$2"
    if [[ -d $CACHE/data/filestore/$1 ]]; then
        mv -T "$CACHE/data/filestore/$1" "$CACHE/data/filestore/$2"
    fi
}

save_keys() {
    (umask 077 && grep -oE '^(ADMIN|DEMO)_KEY=[0-9a-f]{40}$' "$2" >"$CACHE/keys_$1") || true
    [[ $(wc -l <"$CACHE/keys_$1") == 2 ]] || fail_with_log "$2" "Odoo $1 gave no API keys"
    grep -q '^SEEDED ' "$2" || fail_with_log "$2" "the sales history of Odoo $1 was not finished"
    sed -i -E 's/_KEY=[0-9a-f]+$/_KEY=(kept in keys_'"$1"')/' "$2"
}

kept_key() { sed -n "s/^$2_KEY=//p" "$CACHE/keys_$1"; }

fail_with_log() {
    tail -n 40 "$1" >&2
    die "$2, see $1"
}
