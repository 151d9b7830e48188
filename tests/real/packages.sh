# Debian packages: what the machine needs, Odoo 19 unpacked from sid, Odoo 14 in a bullseye folder.
# shellcheck shell=bash disable=SC2034  # the parts use each other's variables

readonly ODOO19_TREE=$CACHE/odoo-19/usr/lib/python3/dist-packages
readonly ODOO14_ROOT=$CACHE/odoo-14

machine_packages() {
    local libs=(asn1crypto babel cbor2 chardet cryptography dateutil decorator docutils freezegun
        geoip2 gevent greenlet idna jinja2 libsass lxml magic markupsafe num2words ofxparse openpyxl
        openssl passlib phonenumbers pil polib psutil psycopg2 pypdf pypdf2 qrcode reportlab requests
        rjsmin serial stdnum tz urllib3 usb vobject werkzeug xlrd xlsxwriter xlwt zeep)
    printf '%s\n' python3 postgresql procps "${libs[@]/#/python3-}"
}

have_packages() {
    local found
    found=$(dpkg-query -W -f '${db:Status-Status}\n' "$@" 2>/dev/null | grep -cx installed || true)
    (( found == $# ))
}

apt_get() { as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q "$@" </dev/null >>"$LOGS/apt.log" 2>&1; }

# ensure_packages NAME...: updates apt's lists only when it cannot do without.
ensure_packages() {
    have_packages "$@" && return 0
    mkdir -p "$LOGS"
    say "installing Debian packages (log: $LOGS/apt.log)"
    apt_get install --no-install-recommends "$@" && return 0
    apt_get update || die "apt-get update failed, see $LOGS/apt.log"
    apt_get install --no-install-recommends "$@" || die "apt-get install failed, see $LOGS/apt.log"
}

ensure_machine() {
    local names
    mapfile -t names < <(machine_packages)
    ensure_packages "${names[@]}"
    if (( EUID != 0 )); then LAB_USER=$(id -un); fi
    user_dir "$LAB_HOME"
}

# The machine's own Debian archive, asked from apt so that no host name is written here.
archive_uri() {
    local uri
    # shellcheck disable=SC2016  # apt's own variables
    uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Label: Debian' | sort -u | head -n 1)
    if [[ -z $uri ]]; then
        mkdir -p "$LOGS"
        apt_get update || true
        # shellcheck disable=SC2016
        uri=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | sort -u | head -n 1)
    fi
    [[ -n $uri ]] || return 1
    printf '%s\n' "$uri"
}

# apt-get with a state of its own, for a suite that the machine itself does not use.
private_apt() {
    local dir=$CACHE/apt-sid
    (cd "$dir" && apt-get -q -o "Dir::Etc::sourcelist=$dir/sources.list" -o Dir::Etc::sourceparts=- \
        -o Dir::Etc::preferencesparts=- -o "Dir::State::lists=$dir/lists" -o "Dir::Cache=$dir/cache" \
        -o APT::Sandbox::User= "$@") </dev/null >>"$LOGS/odoo-19-package.log" 2>&1
}

fetch_odoo19() {
    local dir=$CACHE/apt-sid uri
    rm -rf "$dir"
    mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial" "$LOGS"
    uri=$(archive_uri) || return 1
    printf 'deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] %s sid main\n' "$uri" >"$dir/sources.list"
    private_apt update && private_apt download odoo-19
}

ensure_odoo19_package() {
    stamp_is odoo-19 unpacked && return 0
    say "fetching and unpacking Odoo 19 (log: $LOGS/odoo-19-package.log)"
    fetch_odoo19 || skip 19 "the package odoo-19 could not be fetched from Debian's suite sid" \
        "see $LOGS/odoo-19-package.log, or use 'lab start --source PATH' with an Odoo checkout"
    rm -rf "$CACHE/odoo-19" "$CACHE/odoo-19.new"
    dpkg -x "$CACHE"/apt-sid/odoo-19_*.deb "$CACHE/odoo-19.new"
    mv "$CACHE/odoo-19.new" "$CACHE/odoo-19"
    rm -rf "$CACHE/apt-sid"
    stamp odoo-19 unpacked
}

# in_root ROOT COMMAND...: /proc and /dev are mounted in a mount namespace of the command's own, so
# they are gone with its last process, however that ends. $CACHE shows under its own path.
root_words() {
    # shellcheck disable=SC2016  # for the inner shell
    ROOT_WORDS=(unshare --mount --propagation private sh -euc '
        root=$1 cache=$2; shift 2
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        for part in run data home; do
            mkdir -p "$cache/$part" "$root$cache/$part"
            mount --bind "$cache/$part" "$root$cache/$part"
        done
        exec "$@"' sh "$1" "$CACHE")
}

in_root() {
    local root=$1
    shift
    root_words "$root"
    run_child "$LOGS/odoo-14-package.log" "${ROOT_WORDS[@]}" chroot "$root" \
        env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@" </dev/null
}

make_odoo14_root() {
    local root=$1 uri
    uri=$(archive_uri) || return 1
    run_child "$LOGS/odoo-14-package.log" unshare --mount --propagation private \
        debootstrap --variant=minbase --include=ca-certificates bullseye "$root" "$uri" </dev/null || return 1
    # Installing must start no service: the machine's own servers are none of the lab's business.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 755 "$root/usr/sbin/policy-rc.d"
    in_root "$root" apt-get -q update || return 1
    in_root "$root" apt-get -q install -y --no-install-recommends odoo-14 python3-phonenumbers || return 1
    in_root "$root" apt-get -q clean
}

ensure_odoo14_package() {
    local again="then run 'tests/real/lab install 14' again"
    (( EUID == 0 )) || skip 14 "its chroot of Debian 11 needs root" "run as root"
    unshare --mount true 2>/dev/null || skip 14 "this container may not mount" "allow CAP_SYS_ADMIN, $again"
    stamp_is odoo-14 installed && return 0
    ensure_packages debootstrap
    say "building a Debian 11 folder with Odoo 14, about two minutes (log: $LOGS/odoo-14-package.log)"
    rm -rf "$ODOO14_ROOT" "$ODOO14_ROOT.new"
    make_odoo14_root "$ODOO14_ROOT.new" ||
        skip 14 "suite bullseye or its package odoo-14 could not be installed" "see $LOGS/odoo-14-package.log, $again"
    mv "$ODOO14_ROOT.new" "$ODOO14_ROOT"
    stamp odoo-14 installed
}
