# One PostgreSQL cluster of the lab's own: on 127.0.0.1 only, on a port of its own, nothing fsynced.
# shellcheck shell=bash

readonly CLUSTER=$CACHE/pg
readonly DB_USER=outrigger

# The PostgreSQL that made the cluster, else the newest one installed.
pg_bin() {
    local version
    if [[ -f $CLUSTER/PG_VERSION ]]; then
        version=$(<"$CLUSTER/PG_VERSION")
    else
        version=$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -V | tail -n 1)
    fi
    printf '/usr/lib/postgresql/%s/bin\n' "$version"
}

# pg PROGRAM ARGUMENTS...: a PostgreSQL client program on the lab's cluster.
pg() {
    local program=$1
    shift
    PGHOST=127.0.0.1 PGPORT=$(<"$CACHE/pg.port") PGUSER=$DB_USER PGPASSWORD=$(<"$CACHE/pg.password") \
        PGCONNECT_TIMEOUT=10 PGOPTIONS="-c client_min_messages=warning" "$(pg_bin)/$program" "$@"
}

sql() { pg psql -qAtX -v ON_ERROR_STOP=1 -d postgres -c "$1"; }

ensure_cluster() {
    stamp_is cluster made && return 0
    say "making a PostgreSQL cluster"
    rm -rf "$CLUSTER"
    user_dir "$CLUSTER"
    (umask 077 && random_word >"$CACHE/pg.password")
    own "$CACHE/pg.password"
    as_user_words
    run_child "$LOGS/pg-init.log" "${AS_USER[@]}" env -C / "$(pg_bin)/initdb" -D "$CLUSTER" -U "$DB_USER" \
        -E UTF8 --locale=C.UTF-8 -A scram-sha-256 "--pwfile=$CACHE/pg.password" </dev/null ||
        die "initdb failed, see $LOGS/pg-init.log"
    cat >>"$CLUSTER/postgresql.conf" <<'CONF'
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
fsync = off
synchronous_commit = off
full_page_writes = off
shared_buffers = 128MB
CONF
    stamp cluster made
}

cluster_is_up() {
    [[ -f $CLUSTER/postmaster.pid ]] && as_user "$(pg_bin)/pg_ctl" status -D "$CLUSTER" >/dev/null 2>&1
}

cluster_up() {
    cluster_is_up && return 0
    local port
    port=$(free_port)
    as_user "$(pg_bin)/pg_ctl" start -w -t 60 -D "$CLUSTER" -l "$CLUSTER/server.log" -o "-p $port" \
        </dev/null >/dev/null 2>&1 9>&- || die "PostgreSQL did not start, see $CLUSTER/server.log"
    printf '%s\n' "$port" >"$CACHE/pg.port"
}

cluster_down() {
    cluster_is_up || return 0
    as_user "$(pg_bin)/pg_ctl" stop -w -m fast -D "$CLUSTER" </dev/null >/dev/null 2>&1 9>&- || true
}

has_db() { [[ -n $(sql "select 1 from pg_database where datname = '$1'") ]]; }
drop_db() { sql "drop database if exists \"$1\" with (force)"; }
rename_db() { sql "alter database \"$1\" rename to \"$2\""; }

# copy_db FROM TO: with the files that Odoo keeps beside it (never changed in place, so hard links do).
copy_db() {
    drop_db "$2"
    pg createdb -T "$1" "$2"
    rm -rf "$CACHE/data/filestore/$2"
    if [[ -d $CACHE/data/filestore/$1 ]]; then
        cp -al "$CACHE/data/filestore/$1" "$CACHE/data/filestore/$2"
    fi
}

forget_db() {
    drop_db "$1"
    rm -rf "$CACHE/data/filestore/$1"
}
