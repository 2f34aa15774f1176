import { beforeAll, describe, expect, test } from 'vitest'
import { listAccessCases } from './support/access-rules.ts'
import { createAccessHarness } from './support/access-harness.ts'

// Form data that no page sends, to every form action and every endpoint that accepts forms, sent by an admin, who
// passes the check of the role. access-matrix.test.ts checks that the list is complete.

let harness: Awaited<ReturnType<typeof createAccessHarness>>
beforeAll(async () => {
  harness = await createAccessHarness()
  return () => harness.close()
})

let session: string | null = null
const asAdmin = async () => (session ??= await harness.sender.signIn('admin'))

type Fields = readonly (readonly [name: string, value: string])[]
type Changed = readonly (readonly [name: string, value: string | File])[]

const changeAll = (change: (value: string) => string | File) => (fields: Fields) =>
  fields.map(([name, value]) => [name, change(value)] as const)

const hostile: Readonly<Record<string, (fields: Fields) => Changed>> = {
  'no fields': () => [],
  'each field without a value': changeAll(() => ''),
  'each field twice': (fields) => [...fields, ...fields],
  'each field twice, with another value': (fields) => [
    ...fields.map(([name]) => [name, 'other'] as const),
    ...fields,
  ],
  'values of 50,000 characters': changeAll(() => 'x'.repeat(50_000)),
  'numbers beyond all bounds': changeAll(() => '9'.repeat(400)),
  'negative numbers': changeAll(() => '-1'),
  'NUL and lone surrogates': changeAll((value) => `${value}\0\uD800`),
  'letters that are not seen': changeAll((value) => `${value}\u202E\u2028`),
  'files in place of texts': changeAll((value) => new File([value], 'name.bin')),
  'names of objects': (fields) => [
    ...fields,
    ...['__proto__', 'constructor', 'toString', '__superform_json', '__superform_id'].map(
      (name) => [name, '[{"a":1}]'] as const,
    ),
  ],
  'names like paths': (fields) => fields.map(([name, value]) => [`${name}[0].x`, value] as const),
  'a thousand fields': (fields) => [
    ...fields,
    ...Array.from({ length: 1_000 }, (_, index) => [`field${index}`, 'x'] as const),
  ],
}

const forms = listAccessCases()
  .filter(({ operation }) => operation.startsWith('POST '))
  // Only the forms of new tasks depend on the action.
  .filter(({ operation, action }) => (action ?? 'REINDEX') === 'REINDEX' || operation.includes('/new/'))
  .map((each) => [[each.operation, each.action].filter(Boolean).join(' '), each] as const)

describe.each(forms)('%s', (_, each) => {
  const send = async (encoding: 'multipart' | 'urlencoded', change: (fields: Fields) => Changed) => {
    const cookie = await asAdmin()
    const { path, form } = await harness.prepare(each, 'admin')
    const body = encoding === 'multipart' ? new FormData() : new URLSearchParams()
    for (const [name, value] of change(Object.entries(form))) body.append(name, value as string) // or a file
    const headers = { origin: harness.stack.url, accept: 'text/html', cookie }
    const response = await fetch(`${harness.stack.url}${path}`, {
      method: 'POST',
      body,
      redirect: 'manual',
      headers,
    })
    await response.text()
    if (each.rule.endsSession) session = null
    return response.status
  }

  test.each(Object.keys(hostile))('%s cause no internal error', async (name) => {
    const change = hostile[name] ?? ((fields) => fields)
    for (const encoding of ['multipart', 'urlencoded'] as const) {
      // A file has no other encoding; as text it is its name.
      expect([encoding, await send(encoding, change)]).toEqual([encoding, expect.toSatisfy(isNoFailure)])
    }
  })

  test.each(['https://elsewhere.example', 'null', undefined])('from %j changes nothing', async (origin) => {
    const cookie = await asAdmin()
    const { path, form } = await harness.prepare(each, 'admin')
    const before = await harness.digest()
    const response = await fetch(`${harness.stack.url}${path}`, {
      method: 'POST',
      body: new URLSearchParams(form),
      redirect: 'manual',
      headers: { accept: 'text/html', cookie, ...(origin !== undefined && { origin }) },
    })
    expect(response.status).toBe(403)
    expect(await response.text()).toMatch(/cross-site|^The form was/i)
    expect(await harness.digest()).toBe(before)
  })
})

const isNoFailure = (status: number) => status >= 200 && status < 500
