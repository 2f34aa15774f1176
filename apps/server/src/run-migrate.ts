import process from 'node:process'
import { parseArgs } from 'node:util'
import { parseConfig } from './composition/config.ts'
import { migrate } from './migrate.ts'
import { createJsonLogger } from './observability/log.ts'

const describeOptions = (program: string) => `${program}

Makes the tables of tasks, tokens and the job queue in TASKS_DATABASE_URL, or brings them up to date, and ends. Servers do
the same when they start. Several processes may do it at the same time. It reads the server's variables; of these,
DATABASE_URL is enough.
`

/** @returns the exit code: 0, or 1 with the reason on standard error */
export async function runMigrate({ program, args }: { program: string; args: string[] }): Promise<number> {
  try {
    const { values } = parseArgs({ args, options: { help: { type: 'boolean', short: 'h' } } })
    if (values.help) {
      process.stdout.write(describeOptions(program))
      return 0
    }
    // It neither listens nor calls OpenSearch, so missing settings for these are no error.
    const openSearchUrl = process.env['OPENSEARCH_URL']?.trim() || 'http://localhost:9200'
    const config = parseConfig({ ...process.env, OPENSEARCH_URL: openSearchUrl, ROLE: 'worker' })
    const write = (line: string) => void process.stderr.write(line)
    const log = createJsonLogger({ level: config.logLevel, write, now: () => new Date() })
    if (!(await migrate(config, log))) return 1
    process.stdout.write('The tables are up to date.\n')
    return 0
  } catch (error) {
    if (!(error instanceof Error)) throw error
    process.stderr.write(`ingestion-server: ${error.message}\n`)
    return 1
  }
}
