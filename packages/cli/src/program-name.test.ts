import { expect, test } from 'vitest'
import { programName } from './program-name.ts'

const node = { env: {}, execPath: '/usr/bin/node', cwd: '/srv/app' }

test.each([
  [
    { ...node, env: { INGESTION_CLI_NAME: 'npm run -s cli --' }, script: '/srv/app/main.ts' },
    'npm run -s cli --',
  ],
  [{ ...node, script: '/srv/app/cli.mjs' }, 'node cli.mjs'],
  [{ ...node, script: '/srv/app/dist/cli.mjs' }, 'node dist/cli.mjs'],
  [{ ...node, script: '/opt/ingestion/cli.mjs' }, 'node /opt/ingestion/cli.mjs'],
  [{ ...node, script: "/srv/app/it's here/cli.mjs" }, "node 'it'\\''s here/cli.mjs'"],
  [{ ...node, script: '/usr/local/bin/ingestion-server' }, 'ingestion-server'],
  [{ ...node, execPath: '/root/.bun/bin/bun', script: '/srv/app/src/cli/main.ts' }, 'bun src/cli/main.ts'],
  [
    { ...node, env: { npm_command: 'exec' }, script: '/srv/app/node_modules/.bin/ingestion-server' },
    'npx ingestion-server',
  ],
  [{ ...node, script: undefined }, 'ingestion-server'],
])('%j was called as %s', (invocation, name) => expect(programName(invocation)).toBe(name))
