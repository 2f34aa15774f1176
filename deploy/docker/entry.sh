#!/bin/sh
# Starts the role that the first argument names; more arguments are passed on.
set -eu

role=${1:-server}
[ $# -eq 0 ] || shift

run() {
  # Without these options V8 takes 100 MB more with no benefit.
  exec node --max-semi-space-size=4 --max-old-space-size="${MAX_OLD_SPACE_MB:-1024}" "$@"
}

case $role in
  server) run /app/server/main.mjs --role all "$@" ;;
  api | worker) run /app/server/main.mjs --role "$role" "$@" ;;
  migrate) run /app/server/migrate.mjs "$@" ;;
  dashboard) run /app/dashboard/build/index.js "$@" ;;
  cli) run /app/server/cli.mjs "$@" ;;
  *)
    echo "unknown role: $role; use server, api, worker, dashboard, migrate or cli" >&2
    exit 2
    ;;
esac
