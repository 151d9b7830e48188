# Shared by host/demo and tests/run: saying what is being done, and children that end when we do.
# Expects ROOT, the checkout.
# shellcheck shell=bash

say() { printf '[%3ds] %s\n' "$SECONDS" "$*" >&2; }

die() {
    printf 'ERROR: %s\n' "$*" >&2
    exit 1
}

# One compiler per core, yet never more than one per GiB of free memory: Boost.Asio needs that much.
job_count() {
    local cores memory
    cores=$(nproc)
    memory=$(awk '/^MemAvailable:/ { print int($2 / 1048576) }' /proc/meminfo)
    if (( memory < cores )); then cores=$memory; fi
    printf '%d\n' $(( cores > 0 ? cores : 1 ))
}

# Every child runs in a session of its own and carries a mark in its environment, which its descendants inherit:
# so those are found, too, that began sessions of their own.
readonly CHILD_MARK=OUTRIGGER_RUN=$$.$RANDOM$RANDOM
CHILD=

start_child() {
    setsid env "$CHILD_MARK" "$@" </dev/null 8>&- &
    CHILD=$!
}

# Waiting in the background is what lets a signal reach this script at once.
wait_child() {
    local status=0
    wait "$CHILD" || status=$?
    CHILD=
    return "$status"
}

run_child() {
    start_child "$@"
    wait_child
}

marked_processes() {
    local file pid
    for file in /proc/[0-9]*/environ; do
        pid=${file//[!0-9]/}
        if [[ $pid != "$$" ]] && grep -qsazxF "$CHILD_MARK" "$file"; then printf '%s\n' "$pid"; fi
    done
}

# Politely, then by force.
end_children() {
    local pids i
    # One that has only just begun may not carry its mark yet.
    if [[ -n $CHILD ]]; then kill -TERM "$CHILD" 2>/dev/null || true; fi
    for (( i = 0; i < 50; i++ )); do
        mapfile -t pids < <(marked_processes)
        (( ${#pids[@]} > 0 )) || return 0
        if (( i == 0 )); then kill -TERM "${pids[@]}" 2>/dev/null || true; fi
        sleep 0.2
    done
    kill -KILL "${pids[@]}" 2>/dev/null || true
}

# What a log says about how far ninja is, such as [12/130].
ninja_progress() { tail -c 2000 "$1" | grep -oE '^\[[0-9]+/[0-9]+\]' | tail -n 1 || true; }

# Shows every second on a terminal, every half minute elsewhere, that the child is at work.
watch_child() { # LABEL LOG
    local begun=$SECONDS shown=$SECONDS every=30
    if [[ -t 2 ]]; then every=1; fi
    while kill -0 "$CHILD" 2>/dev/null; do
        sleep 0.1
        (( SECONDS - shown >= every )) || continue
        shown=$SECONDS
        if [[ -t 2 ]]; then
            printf '\r[%3ds] %s: %ds %s\e[K' "$SECONDS" "$1" $(( SECONDS - begun )) "$(ninja_progress "$2")" >&2
        else
            say "$1: $(( SECONDS - begun ))s $(ninja_progress "$2")"
        fi
    done
    if [[ -t 2 ]]; then printf '\r\e[K' >&2; fi
}

# The first failure that ninja reports, without its command line, or else the end of the log.
show_failure() {
    if grep -q '^FAILED: ' "$1"; then
        sed -n '/^FAILED: /,$p' "$1" | sed 2d | head -n 60 >&2
    else
        tail -n 40 "$1" >&2
    fi
}

# step LABEL LOG COMMAND...: output goes to the log.
step() {
    local label=$1 log=$2 status=0
    shift 2
    mkdir -p "$(dirname "$log")"
    say "$label"
    start_child "$@" >"$log" 2>&1
    watch_child "$label" "$log"
    wait_child || status=$?
    (( status == 0 )) && return
    show_failure "$log"
    die "$label failed (whole log: $log)"
}

# build LABEL DIR [TARGET...]
build() {
    local label=$1 dir=$2
    shift 2
    step "$label" "$dir/build.log" cmake --build "$dir" --parallel "$(job_count)" ${1:+--target "$@"}
}
