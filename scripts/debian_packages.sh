#!/usr/bin/env bash
# Installs what the tests need from Debian where it is missing: PostgreSQL with PostGIS, Chromium, a font,
# a library that the Node.js inside Playwright links to, and a C compiler for what cuts the power in trials.
# Without the right to install, says what to install and goes on: the tests that need it then fail.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh

newest_postgresql() {
    local programs=(/usr/lib/postgresql/*/bin/initdb)
    [ -x "${programs[-1]}" ] && printf '%s\n' "${programs[@]}" | sort -V | tail -n 1 | cut -d/ -f5
}

postgis_packages() {
    local version
    version=$(newest_postgresql) || version=$(apt-cache depends postgresql 2>/dev/null \
        | sed -nE 's/.*Depends: postgresql-([0-9]+)$/\1/p' | head -n 1)
    [ -f "/usr/share/postgresql/${version:-none}/extension/postgis.control" ] && return
    [ -n "$version" ] && echo "postgresql-$version" "postgresql-$version-postgis-3" || echo postgresql postgresql-postgis
}

missing() {
    postgis_packages
    command -v chromium >/dev/null 2>&1 || echo chromium
    [ -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ] || echo fonts-dejavu-core
    /sbin/ldconfig -p | grep -q 'libatomic\.so\.1 ' || echo libatomic1
    command -v gcc >/dev/null 2>&1 || command -v cc >/dev/null 2>&1 || echo gcc
    [ -e /usr/include/stdio.h ] || echo libc6-dev
}

wanted=$(missing | xargs)
[ -n "$wanted" ] || exit 0
if may_install; then
    # The names may depend on the release, and only a fresh list of packages knows it.
    update_package_lists
    # shellcheck disable=SC2046
    install_packages $(missing | xargs)
else
    printf 'hubfinder: the tests need Debian packages that this user may not install. Ask for:\n' >&2
    printf '    apt-get install %s\n' "$wanted" >&2
    printf 'The tests that need them are going to fail.\n' >&2
fi
