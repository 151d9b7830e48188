# One running Odoo with a database of its own: start, wait, stop.
# shellcheck shell=bash disable=SC2034  # the parts use each other's variables

readonly READY_SECONDS=${OUTRIGGER_REAL_READY_SECONDS:-120}

# The instance that this command is starting; on_exit takes it away again unless it became ready.
STARTING=

# start_instance KIND WORKERS
start_instance() {
    local kind=$1 workers=$2 name dir port
    name=real_${kind//-/_}_$$_$RANDOM
    dir=$RUN/$name
    port=$(free_port)
    STARTING=$dir
    user_dir "$dir"
    chmod 700 "$dir"
    copy_db "tpl_$kind" "$name"
    write_conf "$dir/odoo.conf" "$kind" "$name" "$port" "$(free_port)" "$workers"
    spawn "$kind" "$dir"
    unlock
    wait_ready "http://127.0.0.1:$port" "$name" "$dir" || fail_with_log "$dir/odoo.log" "Odoo $kind did not become ready"
    write_env "$kind" "http://127.0.0.1:$port" "$name" "$dir"
    STARTING=
    printf '%s\n' "$dir/env"
}

spawn() {
    odoo_words "$1"
    : >"$2/odoo.log"
    setsid "${ODOO[@]}" -c "$2/odoo.conf" </dev/null >>"$2/odoo.log" 2>&1 9>&- &
    printf '%s %s\n' "$!" "$(start_time "$!")" >"$2/pid"
    disown
}

# Ready is when the administrator can log in: then the registry is loaded, too.
wait_ready() {
    local end=$(( SECONDS + READY_SECONDS ))
    while (( SECONDS < end )); do
        instance_is_alive "$3" || return 1
        if can_log_in "$1" "$2" 2>/dev/null; then return 0; fi
        sleep 0.3
    done
    return 1
}

can_log_in() {
    /usr/bin/python3 - "$@" <<'PY'
import socket, sys, xmlrpc.client
url, db = sys.argv[1:]
socket.setdefaulttimeout(30)
sys.exit(not xmlrpc.client.ServerProxy(url + "/xmlrpc/2/common").authenticate(db, "admin", "admin", {}))
PY
}

write_env() {
    local pid
    read -r pid _ <"$4/pid"
    (umask 077 && cat >"$4/env.new") <<EOF_ENV
OUTRIGGER_REAL_VERSION=$(kind_series "$1")
OUTRIGGER_REAL_URL=$2
OUTRIGGER_REAL_DB=$3
OUTRIGGER_REAL_LOGIN=admin
OUTRIGGER_REAL_PASSWORD=admin
OUTRIGGER_REAL_KEY=$(kept_key "$1" ADMIN)
OUTRIGGER_REAL_DEMO_LOGIN=demo
OUTRIGGER_REAL_DEMO_PASSWORD=demo
OUTRIGGER_REAL_DEMO_KEY=$(kept_key "$1" DEMO)
OUTRIGGER_REAL_PID=$pid
OUTRIGGER_REAL_LOG=$4/odoo.log
OUTRIGGER_REAL_PSQL=$(pg_bin)/psql
OUTRIGGER_REAL_PGPORT=$(<"$CACHE/pg.port")
OUTRIGGER_REAL_PGUSER=$DB_USER
OUTRIGGER_REAL_PGPASSWORD=$(<"$CACHE/pg.password")
EOF_ENV
    mv "$4/env.new" "$4/env"
}

instance_is_alive() {
    local pid='' started=''
    if [[ -f $1/pid ]]; then read -r pid started <"$1/pid" || true; fi
    is_alive "$pid" "$started"
}

# Needs the lock: it may have to start the cluster to drop the database.
stop_instance() {
    local dir=$1 pid
    [[ -d $dir ]] || return 0
    if instance_is_alive "$dir"; then
        read -r pid _ <"$dir/pid"
        end_session "$pid"
    fi
    cluster_up
    forget_db "$(basename "$dir")"
    rm -rf "$dir"
}

instances() { find "$RUN" -mindepth 1 -maxdepth 1 -type d -name 'real_*' 2>/dev/null || true; }

cluster_down_if_unused() {
    local dir
    while read -r dir; do
        if instance_is_alive "$dir"; then return 0; fi
    done < <(instances)
    cluster_down
}

# stop_instances [ENVFILE...]
stop_instances() {
    local dirs=() dir file
    for file in "$@"; do
        dir=$(dirname "$(realpath -m "$file")")
        [[ $dir == "$(realpath -m "$RUN")"/real_* ]] || die "$file is no environment file of this lab"
        dirs+=("$dir")
    done
    if (( $# == 0 )); then mapfile -t dirs < <(instances); fi
    for dir in "${dirs[@]}"; do stop_instance "$dir"; done
    cluster_down_if_unused
}
