import process from 'node:process'
import { parseArgs } from 'node:util'
import { createApp } from './http/app.ts'
import { ConfigError, parseConfig, roles } from './composition/config.ts'
import { createServerParts } from './composition/deps.ts'
import { createHealthApp } from './http/health-app.ts'
import { createLastResort } from './composition/last-resort.ts'
import { listen, type Listener } from './composition/listen.ts'
import { createJsonLogger, type Logger } from './observability/log.ts'
import { openLog } from './observability/output/open-log.ts'
import { serverOptions } from './server-options.ts'

export interface ServerCall {
  /** How the user calls this program, for its help: `node main.mjs`. */
  program: string
  /** The arguments after it. */
  args: readonly string[]
  version: string
  /** Lines at the end of the help, for options that the caller reads itself. */
  moreHelp?: string
}

const describeOptions = ({ program, moreHelp = '' }: ServerCall) => `${program} [--role ${roles.join('|')}]

  --role all      serves the API and works on tasks (default; or the variable ROLE)
  --role api      serves the API only
  --role worker   works on tasks only; with HEALTH_PORT it serves /livez, /readyz and /metrics there
  --version       prints the version
${moreHelp}  --help

Any number of processes of any role share the tasks' database, on as many machines as you like. DATABASE_URL and
OPENSEARCH_URL say where the catalog and the cluster are; docs/reference/configuration.md lists all variables.
`

/** Maximum time from the signal to the exit: the sender may send SIGKILL after ten seconds. */
const stopTimeoutMs = 9_500

/**
 * Starts the server from the environment. The process ends on SIGTERM or SIGINT, after saving running work; with exit
 * code 1, and a message on standard error, when an argument or a variable is invalid.
 */
export async function runServer(call: ServerCall): Promise<void> {
  try {
    await start(call)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    leave(error.message)
  }
}

async function start(call: ServerCall): Promise<void> {
  const { role, help: isHelp, version: isVersion } = parseArguments(call)
  if (isHelp) return void process.stdout.write(describeOptions(call))
  if (isVersion) return void process.stdout.write(`${call.version}\n`)
  const config = parseConfig({ ...process.env, ...(role !== undefined && { ROLE: role }) })
  const now = () => new Date()
  const log = createJsonLogger({
    level: config.logLevel,
    write: openLog(now).write,
    now,
  })
  process.on('uncaughtException', createLastResort(log, process.exit))
  const parts = await createServerParts(config, log)

  // One line on standard output: the parent process can wait for it.
  let listener: Listener | null = null
  if (config.role !== 'worker') {
    listener = await listen(createApp(parts.app), config.host, config.port, 'PORT')
    process.stdout.write(`Listening on ${listener.url}\n`)
  } else if (config.healthPort !== null) {
    listener = await listen(createHealthApp(parts.app), config.host, config.healthPort, 'HEALTH_PORT')
    process.stdout.write(`Working; health on ${listener.url}\n`)
  } else process.stdout.write('Working\n')
  parts.start()

  let stopping = false
  const stop = (signal: NodeJS.Signals) => {
    // A terminal sends its signal to all processes, and their parent may send one more.
    if (stopping) return
    stopping = true
    log.info('stopping', { signal })
    void stopParts(() => parts.stop(async () => await listener?.close()), log).then((exitCode) =>
      process.exit(exitCode),
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

function parseArguments(call: ServerCall) {
  try {
    return parseArgs({ args: [...call.args], options: serverOptions }).values
  } catch (error) {
    leave(`${(error as Error).message}\n\n${describeOptions(call)}`) // parseArgs throws TypeErrors only
  }
}

/** @returns the exit code */
async function stopParts(stop: () => Promise<void>, log: Logger): Promise<number> {
  const timer = setTimeout(() => {
    log.warn('stop timed out; other processes continue its tasks from their last checkpoints')
    process.exit(1)
  }, stopTimeoutMs)
  try {
    await stop()
    log.info('stopped')
    return 0
  } catch (error) {
    log.error('stop failed; tasks continue from their last checkpoints', { error })
    return 1
  } finally {
    clearTimeout(timer)
  }
}

function leave(message: string): never {
  process.stderr.write(`ingestion-server: ${message}\n`)
  process.exit(1)
}
