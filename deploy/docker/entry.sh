#!/bin/sh
# Starts the role that the first argument names; more arguments are passed on.
set -eu

role=${1:-server}
[ $# -eq 0 ] || shift

# Megabytes: 70 % of the container's memory limit, so that V8 collects before the kernel ends the process; at most 1024.
default_heap() {
  limit=$(cat /sys/fs/cgroup/memory.max 2> /dev/null || echo max)
  case $limit in
    '' | *[!0-9]*) heap=1024 ;;
    *) heap=$((limit / 1048576 * 7 / 10)) ;;
  esac
  [ "$heap" -le 1024 ] || heap=1024
  echo "$heap"
}

run() {
  # Without the first option V8 takes 100 MB more with no benefit.
  exec node --max-semi-space-size=4 --max-old-space-size="${MAX_OLD_SPACE_MB:-$(default_heap)}" "$@"
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
