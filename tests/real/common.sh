# Shared by every part of the lab: where things live, messages, locking, child processes.
# shellcheck shell=bash disable=SC2034  # the parts use each other's variables

readonly LAB_MODULES=crm,sale_management,sale_crm,stock,sale_stock,account,calendar,base_automation,purchase

if [[ -n ${OUTRIGGER_CACHE:-} ]]; then
    CACHE=$OUTRIGGER_CACHE
elif (( EUID == 0 )); then
    CACHE=/var/cache/outrigger
else
    CACHE=${HOME:?HOME is not set}/.cache/outrigger
fi
readonly CACHE
readonly LOGS=$CACHE/log RUN=$CACHE/run STAMPS=$CACHE/stamps

# PostgreSQL refuses to run as root, and Odoo should not: as root both run as the user that
# Debian's postgresql package brings along.
LAB_USER=postgres
LAB_HOME=$CACHE/home

say() { printf 'lab: %s\n' "$*" >&2; }

die() {
    printf 'lab: ERROR: %s\n' "$*" >&2
    exit 1
}

# skip VERSION REASON REMEDY
skip() {
    printf 'SKIPPED real Odoo %s: %s. Remedy: %s.\n' "$1" "$2" "$3" >&2
    exit 77
}

as_root() {
    if (( EUID == 0 )); then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "root is needed for: $* (no sudo here)"
    fi
}

# The words that put a command under the ordinary user, in the array AS_USER. setpriv execs its
# command, so a background job's $! is the server itself.
as_user_words() {
    AS_USER=()
    if (( EUID == 0 )); then
        AS_USER=(setpriv "--reuid=$LAB_USER" "--regid=$LAB_USER" --init-groups)
    fi
}

as_user() {
    as_user_words
    (cd / && exec "${AS_USER[@]}" "$@")
}

own() {
    if (( EUID == 0 )); then chown "$LAB_USER:" "$@"; fi
}

# A directory of the ordinary user, created by us.
user_dir() {
    mkdir -p "$1"
    chmod 755 "$1"
    own "$1"
}

stamp_is() { [[ -f $STAMPS/$1 && $(<"$STAMPS/$1") == "$2" ]]; }

# Written last and by rename, so that half a step is never taken for a whole one.
stamp() {
    mkdir -p "$STAMPS"
    printf '%s\n' "$2" >"$STAMPS/$1.new"
    mv "$STAMPS/$1.new" "$STAMPS/$1"
}

unstamp() { rm -f "$STAMPS/$1"; }

# Taking it twice is allowed: on_exit may interrupt any line, also one that has descriptor 9 put aside.
LOCKED=
lock() {
    [[ -z $LOCKED ]] || return 0
    mkdir -p "$CACHE"
    exec 9>"$CACHE/lock"
    if ! flock -n 9; then
        say "waiting for another lab command to finish"
        flock 9
    fi
    LOCKED=yes
}

unlock() {
    exec 9>&-
    LOCKED=
}

# run_child LOG COMMAND...: in the background and waited for, because only then does a signal reach
# this script at once; on_exit ends the child. Standard input of the child is this function's.
CHILD=
run_child() {
    local log=$1 status=0
    shift
    mkdir -p "$(dirname "$log")"
    setsid "$@" <&0 >>"$log" 2>&1 9>&- &
    CHILD=$!
    wait "$CHILD" || status=$?
    CHILD=
    return "$status"
}

# Kernel start time of a process: with the pid it names one process for good.
start_time() {
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
    stat=${stat##*) }
    cut -d' ' -f20 <<<"$stat"
}

is_alive() { [[ -n $1 && -n $2 && $(start_time "$1" || true) == "$2" ]]; }

# Whether anything but zombies (init may be slow to collect them) is left in a session that we began.
# shellcheck disable=SC2009,SC2143  # pgrep cannot leave zombies out, and grep -q may fail the pipe
session_is_alive() { [[ -n $(ps -o stat= -s "$1" 2>/dev/null | grep -v '^Z') ]]; }

# end_session PID: a process started with setsid and its children: politely, then by force.
end_session() {
    local i
    kill -TERM -- "-$1" 2>/dev/null || return 0
    for (( i = 0; i < 100; i++ )); do
        session_is_alive "$1" || return 0
        sleep 0.1
    done
    kill -KILL -- "-$1" 2>/dev/null || true
}

free_port() {
    /usr/bin/python3 -c '
import socket
with socket.socket() as s:
    s.bind(("127.0.0.1", 0))
    print(s.getsockname()[1])'
}

random_word() { od -An -N12 -tx1 /dev/urandom | tr -d ' \n'; }
