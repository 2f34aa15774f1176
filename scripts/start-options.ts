import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { OpenSearchMajor } from '../packages/local-services/src/index.ts'

const defaultPorts = { server: 8001, dashboard: 8002, postgres: 54329, openSearch: 9251 }

export const help = `npm start -- [options]

Starts the server and the dashboard with a local Postgres and OpenSearch and sample rows. Ctrl-C stops everything.

  --no-install          installs no missing system packages (by default apt-get does, as root)
  --sample-data DIR     loads image.csv.gz and audio.csv.gz from a folder instead of generating rows
                        (or SAMPLE_DATA_DIR; tables that have rows stay unchanged)
  --port N              port of the server (or PORT; default ${defaultPorts.server})
  --dashboard-port N    port of the dashboard (or DASHBOARD_PORT; default ${defaultPorts.dashboard})
  --postgres-port N     port of the local Postgres (default ${defaultPorts.postgres})
  --opensearch-port N   port of the local OpenSearch, 9201 to 9299 (default ${defaultPorts.openSearch})
  --opensearch 2|3      major version of OpenSearch (default: the newest that the available Java can run)
  --help

  DATABASE_URL, OPENSEARCH_URL   use an existing catalog and cluster instead of starting them
  SENSITIVE_TERMS_URL            list of sensitive terms (default: scripts/sample-sensitive-terms.txt)
  DATA_DIR                       folder for the data (default .data); remove it to start from an empty catalog
  INGESTION_CACHE_DIR            folder for the downloaded OpenSearch (default .data/cache)
`

export interface StartOptions {
  help: boolean
  install: boolean
  sampleData: string | undefined
  ports: typeof defaultPorts
  openSearchVersion: OpenSearchMajor | undefined
  dataDir: string
}

/** @throws Error naming the invalid option */
export function parseStartOptions(args: string[], env: NodeJS.ProcessEnv, root: string): StartOptions {
  const { values } = parseArgs({
    args,
    allowNegative: true,
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      // On by default; earlier versions required it.
      install: { type: 'boolean', default: true },
      'sample-data': { type: 'string' },
      port: { type: 'string' },
      'dashboard-port': { type: 'string' },
      'postgres-port': { type: 'string' },
      'opensearch-port': { type: 'string' },
      opensearch: { type: 'string' },
    },
  })
  return {
    help: values.help,
    install: values.install,
    sampleData: parseSampleData(values['sample-data'], env),
    ports: {
      server: parsePort('--port or PORT', values.port ?? env['PORT'], defaultPorts.server),
      dashboard: parsePort(
        '--dashboard-port or DASHBOARD_PORT',
        values['dashboard-port'] ?? env['DASHBOARD_PORT'],
        defaultPorts.dashboard,
      ),
      postgres: parsePort('--postgres-port', values['postgres-port'], defaultPorts.postgres),
      openSearch: parsePort('--opensearch-port', values['opensearch-port'], defaultPorts.openSearch),
    },
    openSearchVersion: parseVersion(values.opensearch),
    dataDir: resolve(env['DATA_DIR'] || join(root, '.data')),
  }
}

function parseSampleData(option: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  if (option !== undefined && env['DATABASE_URL'])
    throw new Error(
      '--sample-data fills only the local Postgres, and DATABASE_URL names another one; leave out one of the two',
    )
  const folder = option ?? (env['SAMPLE_DATA_DIR'] || undefined)
  if (folder === undefined || env['DATABASE_URL']) return undefined
  if (!existsSync(folder)) throw new Error(`the folder with sample data, ${resolve(folder)}, does not exist`)
  return resolve(folder)
}

function parsePort(name: string, text: string | undefined, fallback: number): number {
  if (text === undefined || text === '') return fallback
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new Error(`${name} must be a port number, not ${text}`)
}

function parseVersion(text: string | undefined): OpenSearchMajor | undefined {
  if (text === undefined || text === '2' || text === '3') return text
  throw new Error(`--opensearch must be 2 or 3, not ${text}`)
}
