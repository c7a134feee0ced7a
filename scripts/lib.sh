# Small words the other scripts share. Meant to be sourced.

say() { printf '== %s\n' "$*"; }

fail() {
    printf 'hubfinder: %s\n' "$*" >&2
    exit 1
}

# Who may run apt-get: root, or somebody whose sudo asks for no password.
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
    command -v apt-get >/dev/null 2>&1 && as_root true >/dev/null 2>&1
}

# quietly COMMAND...: shows what it printed only if it goes wrong.
quietly() {
    local log
    log=$(mktemp)
    if "$@" >"$log" 2>&1 </dev/null; then
        rm -f "$log"
    else
        tail -n 20 "$log" >&2
        rm -f "$log"
        return 1
    fi
}

update_package_lists() {
    say "Reading Debian's lists of packages"
    quietly as_root apt-get update -q
}

# install_packages NAME...: says what it installs. The lists of packages must be fresh.
install_packages() {
    say "Installing Debian packages: $*"
    quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}
