// The image's health check: whether the process of its role responds. Roles that don't listen are healthy while they run.
import { readFileSync } from 'node:fs'

const { HEALTH_PORT, PORT = '8001', DASHBOARD_PORT = '8002' } = process.env
const ports = { server: PORT, api: PORT, worker: HEALTH_PORT, dashboard: DASHBOARD_PORT }

// The init has the image's command as its arguments: tini -- /bin/sh /app/entry.sh worker
const words = readFileSync('/proc/1/cmdline', 'utf8').split('\0').filter(Boolean)
const role = words[words.indexOf('/app/entry.sh') + 1] ?? 'server'
const port = ports[role]
if (port) {
  const response = await fetch(`http://127.0.0.1:${port}/livez`, { signal: AbortSignal.timeout(4_000) })
  if (!response.ok) process.exitCode = 1
}
