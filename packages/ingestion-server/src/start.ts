import process from 'node:process'
import { runServer } from '@ingestion-server/server/run'
import manifest from '../package.json' with { type: 'json' }

/** Starts the server; without the URLs of its services it says how to get them. */
export async function start({ program, args }: { program: string; args: string[] }): Promise<void> {
  const isDemo = args.includes('--demo')
  if (isDemo) {
    const { runDemo } = await import('./demo/run-demo.ts')
    process.exitCode = await runDemo({ program, args: args.filter((arg) => arg !== '--demo') })
    return
  }
  const missing = ['DATABASE_URL', 'OPENSEARCH_URL'].filter((name) => !process.env[name])
  const asksOnly = args.some((arg) => ['--help', '-h', '--version', '-V'].includes(arg))
  if (missing.length > 0 && !asksOnly) {
    process.stderr.write(describeWays(program, missing))
    process.exitCode = 1
    return
  }
  await runServer({
    program,
    args,
    version: manifest.version,
    moreHelp:
      '  --demo          starts a Postgres and an OpenSearch with sample rows on this machine; see start --demo --help\n',
  })
}

const describeWays = (program: string, missing: readonly string[]) =>
  `ingestion-server: ${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not set. The server reads rows from Postgres and writes to OpenSearch:

1. Use services that you have:

   export DATABASE_URL='postgres://user:password@localhost:5432/catalog'
   export OPENSEARCH_URL='https://user:password@localhost:9200'
   ${program}

2. Start them in containers, and make the catalog's tables in the database:

   docker run -d -p 5432:5432 -e POSTGRES_PASSWORD=postgres postgres:18
   docker run -d -p 9200:9200 -e discovery.type=single-node -e DISABLE_SECURITY_PLUGIN=true opensearchproject/opensearch:3
   DATABASE_URL=postgres://postgres:postgres@localhost:5432/postgres OPENSEARCH_URL=http://localhost:9200 ${program}

3. Try it with sample rows, in services that it starts itself (Linux and macOS; needs Java and Maven, or Docker):

   ${program} --demo
`
