# Debian packages that Outrigger needs, by what they are for. Needs steps.sh.
# shellcheck shell=bash

# Without a version in its name: only what has one version in Debian 12. Boost is 1.74 unless 1.81 is asked for.
package_names() { # GROUP...
    local group
    for group in "$@"; do
        case $group in
            build) printf '%s\n' g++ cmake ninja-build ccache pkg-config git ca-certificates \
                libboost1.81-dev libboost-json1.81-dev libboost-filesystem1.81-dev libjsoncpp-dev libexpat1-dev \
                libcurl4-openssl-dev libcli11-dev libspdlog-dev libfmt-dev libhowardhinnant-date-dev \
                libseccomp-dev libsodium-dev libsqlite3-dev prometheus-cpp-dev zlib1g-dev ;;
            test) printf '%s\n' libgtest-dev libgmock-dev openssl python3 abigail-tools ;;
            bench) printf '%s\n' libbenchmark-dev ;;
            # llvm-14 has the symbolizer, without which a crash is reported as bare addresses.
            fuzz) printf '%s\n' clang-14 libclang-rt-14-dev llvm-14 ;;
            lint) printf '%s\n' clang-14 clang-tidy-14 clang-format-14 ;;
            *) die "no such group of packages: $group" ;;
        esac
    done
}

missing_packages() { # NAME...
    local installed
    # shellcheck disable=SC2016  # dpkg-query's own variables
    installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null | sed -n 's/ installed$//p' || true)
    printf '%s\n' "$@" | sort -u | grep -vxF -e "$installed" || true
}

as_root() {
    if (( EUID == 0 )); then "$@"; else sudo "$@"; fi
}

# The lock is waited for because a fresh machine is often busy with its own updates.
apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=300 "$@" \
        </dev/null >>"$PACKAGES_LOG" 2>&1
}

apt_failed() { # SENTENCE NAME...
    local sentence=$1
    shift
    tail -n 20 "$PACKAGES_LOG" >&2
    die "$sentence (log: $PACKAGES_LOG). Outrigger is built on Debian 12 with: apt-get install $*"
}

# Debian has the headers of one Boost at a time. Removing another one is not ours to decide.
refuse_removals() { # NAME...
    local removed
    removed=$(LC_ALL=C apt-get -s -q install --no-install-recommends "$@" 2>/dev/null | sed -n 's/^Remv \([^ ]*\).*/\1/p' |
        tr '\n' ' ' || true)
    [[ -n $removed ]] || return 0
    die "apt would remove ${removed% } to install $*. If that is fine, run: OUTRIGGER_REMOVE_PACKAGES=yes $0"
}

# ensure_packages GROUP...: asks dpkg first, so that nothing is touched and no rights are needed when all is there.
ensure_packages() {
    local names missing remove=--no-remove
    mapfile -t names < <(package_names "$@")
    mapfile -t missing < <(missing_packages "${names[@]}")
    (( ${#missing[@]} > 0 )) || return 0
    command -v apt-get >/dev/null || die "this is no Debian; install what Debian 12 calls: ${missing[*]}"
    if (( EUID != 0 )) && ! command -v sudo >/dev/null; then
        die "these packages are missing, and there is no sudo here; as root, run: apt-get install ${missing[*]}"
    fi
    PACKAGES_LOG=$ROOT/build/packages.log
    mkdir -p "$ROOT/build"
    : >"$PACKAGES_LOG"
    say "installing Debian packages, a minute or two (log: $PACKAGES_LOG): ${missing[*]}"
    apt_get update || apt_failed "apt-get update failed" "${missing[@]}"
    if [[ ${OUTRIGGER_REMOVE_PACKAGES:-} == yes ]]; then remove=; else refuse_removals "${missing[@]}"; fi
    apt_get install --no-install-recommends ${remove:+"$remove"} "${missing[@]}" ||
        apt_failed "apt-get install failed" "${missing[@]}"
}
