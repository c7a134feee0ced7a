#!/usr/bin/env bash
# Runs a command with a throw-away PostgreSQL + PostGIS server beside it, on a free port, in a temporary
# folder, and takes both away afterwards. The command finds it in HUBFINDER_TEST_POSTGRES_URL.
# If that is set already, or there is no PostgreSQL, it only runs the command.
# Usage: scripts/postgres.sh COMMAND...     (without a command: until Ctrl-C)
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/lib.sh
[ $# -gt 0 ] || set -- sleep infinity

programs=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
if [ -n "${HUBFINDER_TEST_POSTGRES_URL:-}" ]; then
    exec "$@"
elif [ ! -x "$programs/initdb" ]; then
    say "No PostgreSQL on this machine: the tests that need it are going to fail"
    exec "$@"
fi

# PostgreSQL refuses to run as root, and wants to stand in a folder that it may read.
as_server() (
    cd "$folder"
    if [ "$(id -u)" = 0 ]; then exec runuser -u postgres -- "$@"; else exec "$@"; fi
)

# Waits until it answers; a port that somebody else took in between is an error, so try another.
start_server() {
    local port
    for _ in 1 2 3; do
        port=$(.venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
        if as_server "$programs/pg_ctl" --pgdata "$folder/data" --wait --timeout 60 --log "$folder/log" \
            --options "-p $port -k $folder -c listen_addresses=127.0.0.1 -c shared_buffers=256MB \
                -c max_connections=100 -c fsync=off -c synchronous_commit=off -c full_page_writes=off" \
            start >/dev/null; then
            url=postgresql+psycopg://postgres:$password@127.0.0.1:$port/postgres
            return
        fi
    done
    tail -n 20 "$folder/log" >&2
    fail "PostgreSQL did not start."
}

stop_server() {
    as_server "$programs/pg_ctl" --pgdata "$folder/data" --mode immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}

folder=$(mktemp -d)
trap stop_server EXIT
password=$(.venv/bin/python -c 'import secrets; print(secrets.token_hex(16))')
printf '%s\n' "$password" >"$folder/password"
[ "$(id -u)" != 0 ] || chown -R postgres: "$folder"
as_server "$programs/initdb" --pgdata "$folder/data" --auth scram-sha-256 --username postgres \
    --pwfile "$folder/password" --encoding UTF8 --locale C.UTF-8 --no-sync >/dev/null
start_server
# In the template, so that every database a test makes has it.
PGPASSWORD=$password psql --quiet --host "$folder" --username postgres --command 'CREATE EXTENSION postgis' \
    --port "$(sed -n 4p "$folder/data/postmaster.pid")" template1

export HUBFINDER_TEST_POSTGRES_URL=$url
[ "$1" != sleep ] || say "HUBFINDER_TEST_POSTGRES_URL=$url (Ctrl-C stops it)"
"$@"
