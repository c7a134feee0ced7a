#!/usr/bin/env bash
# Makes the virtual environment in .venv, with pip in it. Does nothing if it is there and works.
# Debian ships Python without its venv module's other half: then this installs python3-venv where
# it may, and otherwise falls back on the virtualenv package, so that pip alone is enough.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh
venv=${1:-.venv}

"$venv/bin/python" -m pip --version >/dev/null 2>&1 && exit 0

find_python() {
    local candidate
    for candidate in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
            command -v "$candidate"
            return
        fi
    done
    fail "hubfinder needs Python 3.11 or later. Install it (on Debian: apt-get install python3)," \
        "or say where it is: make run PYTHON=/path/to/python3"
}

with_venv() {
    rm -rf "$venv"
    "$python" -m venv "$venv" >/dev/null 2>&1
}

with_virtualenv() {
    rm -rf "$venv"
    "$python" -m virtualenv --quiet "$venv" >/dev/null 2>&1 && return
    "$python" -m pip --version >/dev/null 2>&1 || return
    say "Python's venv is incomplete here: using the virtualenv package"
    tool=$(mktemp -d)
    trap 'rm -rf "$tool"' EXIT
    "$python" -m pip install -qq --require-hashes --target "$tool" -r requirements-venv.lock \
        && PYTHONPATH="$tool" "$python" -m virtualenv --quiet "$venv"
}

python=$(find_python)
say "Python environment in $venv ($("$python" --version))"
with_venv && exit 0
if may_install; then
    update_package_lists && install_packages python3-venv && with_venv && exit 0
fi
with_virtualenv && exit 0
rm -rf "$venv"
fail "Could not make a virtual environment. Install one of: the Debian package python3-venv" \
    "(apt-get install python3-venv), pip (apt-get install python3-pip), or virtualenv; then try again."
