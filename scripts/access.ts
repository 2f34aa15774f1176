import { callers, listAccessCases, mayCall } from '@ingestion-server/dashboard/testing/access-rules.ts'
import { listOperations } from '../apps/server/src/http/operation.ts'
import { createAppHarness } from '@ingestion-server/server/testing/app-harness.ts'
import { scopesByAction } from '@ingestion-server/server/testing/scopes-by-action.ts'
import { scopes } from '../packages/core/src/contract/index.ts'
import { readNamesOrExit } from './read-names.ts'

/** `npm run -s access`: prints the access rules of the server and of the dashboard, as the tests check them. */
readNamesOrExit(`npm run -s access

Prints who may call what: the server's operations by scope of a token, and the dashboard's pages, actions and endpoints
by role, as Markdown.

  --help
`)

const yes = '✓'
const toTable = (heads: readonly string[], rows: readonly (readonly string[])[]) =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const serverRows = listOperations(createAppHarness().app).flatMap((operation) => {
  const { method, path, scope } = operation
  const call = `${method.toUpperCase()} ${path}`
  const all = [
    { call, scope },
    ...scopesByAction(operation).map((each) => ({ call: `${call}, ${each.action}`, scope: each.scope })),
  ]
  return all.map((each) => [
    each.call,
    each.scope === null ? yes : '',
    ...scopes.map((held) => (each.scope === null || held === each.scope || held === 'admin' ? yes : '')),
  ])
})

const dashboardRows = listAccessCases().map(({ operation, action, needs }) => [
  action === null ? operation : `${operation}, ${action}`,
  ...callers.map((caller) => (mayCall(caller, needs) ? yes : '')),
])

console.log(`# Server\n\n${toTable(['Call', 'no token', ...scopes], serverRows)}\n`)
console.log(`# Dashboard\n\n${toTable(['Call', ...callers], dashboardRows)}`)
