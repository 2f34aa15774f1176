import process from 'node:process'
import { serve } from '@hono/node-server'
import { createApp } from './app.ts'
import { ConfigError, parseConfig, type Config } from './config.ts'
import { createServerParts } from './deps.ts'
import { createJsonLogger, type Logger } from './log.ts'

/** Starts the server from the environment; the process ends by SIGTERM or SIGINT, after saving what runs. */
function main(): void {
  const config = parseConfig(process.env)
  const log = createJsonLogger({
    level: config.logLevel,
    write: (line) => process.stderr.write(`${line}\n`),
    now: () => new Date(),
  })
  const parts = createServerParts(config, log)
  const app = createApp(parts.app)

  const server = serve({ fetch: app.fetch, hostname: config.host, port: config.port }, ({ port }) => {
    // The one line on standard output: whoever started the server can wait for it.
    process.stdout.write(`Listening on http://${toUrlHost(config.host)}:${port}\n`)
    parts.start()
  })
  server.on('error', (error: NodeJS.ErrnoException) => leave(describeListenError(error, config)))

  let stopping = false
  const stop = (signal: NodeJS.Signals) => {
    // A terminal sends its signal to all processes, and their parent may send one more.
    if (stopping) return
    stopping = true
    log.info('stopping', { signal })
    server.close()
    void stopParts(parts.stop, log).then((exitCode) => process.exit(exitCode))
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

async function stopParts(stop: () => Promise<void>, log: Logger): Promise<number> {
  try {
    await stop()
    log.info('stopped')
    return 0
  } catch (error) {
    log.error('could not stop cleanly; tasks go on from their last checkpoints at the next start', { error })
    return 1
  }
}

function describeListenError(error: NodeJS.ErrnoException, { host, port }: Config): string {
  if (error.code === 'EADDRINUSE') {
    return `port ${port} on ${host} is taken; stop the program that has it, or set PORT to another one`
  }
  if (error.code === 'EACCES')
    return `port ${port} on ${host} may not be used by this user; set PORT to another one`
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return `${host} is no address of this machine; set HOST to one that is`
  }
  return `can't listen on ${host}:${port}: ${error.message}`
}

function toUrlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

function leave(message: string): never {
  process.stderr.write(`ingestion-server: ${message}\n`)
  process.exit(1)
}

try {
  main()
} catch (error) {
  if (!(error instanceof ConfigError)) throw error
  leave(error.message)
}
