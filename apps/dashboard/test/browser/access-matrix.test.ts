import { beforeAll, describe, expect, test } from 'vitest'
import {
  accessRules,
  callers,
  listAccessCases,
  mayCall,
  type AccessCase,
  type Caller,
} from './support/access-rules.ts'
import { createAccessHarness, type AccessRequest } from './support/access-harness.ts'
import { listOperations } from './support/list-operations.ts'

// Every page, action and endpoint × every role × every action of a task, as printed by `npm run -s access`.

let harness: Awaited<ReturnType<typeof createAccessHarness>>
const sessions = new Map<Caller, string>()
beforeAll(async () => {
  harness = await createAccessHarness()
  return () => harness.close()
})

async function sessionOf(caller: Caller): Promise<Record<string, string>> {
  if (caller === 'signed out') return {}
  const cookie = sessions.get(caller) ?? (await harness.sender.signIn(caller))
  sessions.set(caller, cookie)
  return { cookie }
}

const refusal = /This needs the role \w+/

/** Outcome of a request: the status, or the reason of a refusal. */
async function outcomeOf(response: Response, operation: string): Promise<string> {
  const { status, headers } = response
  if (status === 401 || isToSignIn(headers.get('location'))) return 'has to sign in'
  if (headers.get('content-type') === 'text/event-stream') {
    await response.body?.cancel()
    return String(status)
  }
  const text = await response.text()
  // Some of several tasks may be changed and others not, so the response may contain a refusal.
  const maySayRefused = status === 403 || /^POST \/tasks\?\/(cancel|retry)$/.test(operation)
  return maySayRefused && refusal.test(text) ? 'is refused' : String(status)
}

/** Unlike after signing out, which redirects there too. */
const isToSignIn = (location: string | null) => location?.startsWith('/sign-in?next=') === true

interface PageData {
  type: 'data' | 'redirect'
  location?: string
  nodes?: ({ type: 'data' | 'skip' | 'error'; status?: number; error?: { message: string } } | null)[]
}

/** The same for the data of a page, which Kit always answers with status 200. */
async function outcomeOfData(response: Response): Promise<string> {
  if (response.status !== 200) return String(response.status)
  const { type, location, nodes } = (await response.json()) as PageData
  if (type === 'redirect') return isToSignIn(location ?? null) ? 'has to sign in' : '303'
  const page = nodes?.at(-1)
  if (page?.type === 'error')
    return refusal.test(page.error?.message ?? '') ? 'is refused' : String(page.status)
  return page?.type === 'data' ? '200' : 'nothing'
}

async function send(method: string, { path, form }: AccessRequest, headers: Record<string, string>) {
  const { stack, sender } = harness
  if (method === 'POST') return sender.post(path, form, headers)
  return fetch(`${stack.url}${path}`, { redirect: 'manual', headers: { accept: 'text/html', ...headers } })
}

function expectedOf({ rule, needs }: AccessCase, caller: Caller): string {
  if (mayCall(caller, needs))
    return String(caller === 'signed out' ? rule.answers : (rule.answersSignedIn ?? rule.answers))
  return caller === 'signed out' ? 'has to sign in' : 'is refused'
}

test('every page, action and endpoint has an access rule, and every rule belongs to one', () => {
  expect(listOperations()).toEqual(Object.keys(accessRules).sort())
})

const named = listAccessCases().map(
  (each) => [[each.operation, each.action].filter(Boolean).join(' '), each] as const,
)

describe.each(named.filter(([name]) => !name.startsWith('LAYOUT')))('%s', (_, each) => {
  test.each(callers)('by %s', async (caller) => {
    const { rule, operation } = each
    const headers = await sessionOf(caller)
    const request = await harness.prepare(each, caller)
    const before = await harness.digest()
    const [method = ''] = operation.split(' ')
    const outcome = await outcomeOf(await send(method, request, headers), operation)
    const isChanged = (await harness.digest()) !== before
    if (rule.endsSession) sessions.delete(caller)
    const isAllowed = mayCall(caller, each.needs)
    expect({ outcome, isChanged }).toEqual({
      outcome: expectedOf(each, caller),
      isChanged: isAllowed && rule.changes === true,
    })
  })
})

const pages = named.filter(
  ([, { operation }]) =>
    operation.startsWith('GET ') &&
    // Endpoints, which are no pages.
    !/^GET \/(live|livez|readyz)\b|\/(failed-documents|export)$/.test(operation),
)

// The data of a page can be requested without the page and without the data of its layouts.
describe.each(pages)('the data of %s', (_, each) => {
  test.each(callers)('for %s', async (caller) => {
    const headers = await sessionOf(caller)
    const { path } = await harness.prepare(each, caller)
    const data = `${path.replace(/\/$/, '')}/__data.json`
    // Without the data of the outermost layout, with all data below it.
    const response = await fetch(`${harness.stack.url}${data}?x-sveltekit-invalidated=0111`, { headers })
    expect(await outcomeOfData(response)).toBe(expectedOf(each, caller))
  })
})

test.each(callers)('the data of the layout gives %s only their own name and role', async (caller) => {
  const headers = await sessionOf(caller)
  const response = await fetch(`${harness.stack.url}/setup/__data.json`, { headers })
  const { nodes } = (await response.json()) as { nodes: ({ data?: unknown[] } | null)[] }
  // Flattened by Kit: names mapped to positions in the list.
  const data = nodes[0]?.data ?? []
  expect(Object.keys(data[0] as object).sort()).toEqual([
    'environment',
    'now',
    'origin',
    'theme',
    'times',
    'user',
  ])
  const user = data[(data[0] as { user: number }).user]
  expect(user === null ? null : Object.keys(user as object).sort()).toEqual(
    caller === 'signed out' ? null : ['name', 'role'],
  )
})
