import fc from 'fast-check'
import type { OpenApiDocument, OperationObject } from '../../src/http/openapi/document.ts'
import { hostileBytes, hostileHeader, hostileJson, hostileText } from './hostile-values.ts'
import { valuesOf } from './schema-values.ts'

export interface HostileRequest {
  /** Path and method of the operation in the document; null if neither is sent unchanged. */
  operation: { path: string; method: string } | null
  method: string
  bytes: Uint8Array
}

/** Parts that every accepted request needs. */
export interface Caller {
  host: string
  token: string
  /** Ids of existing tasks. */
  taskIds: readonly string[]
}

type Kind = 'valid' | 'nearly' | 'hostile'

/** Requests to every operation of a document: a third valid, a third with one violation, a third with many. */
export function hostileRequests(document: OpenApiDocument, caller: Caller): fc.Arbitrary<HostileRequest> {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  // Each is created once, as that takes longer than the request: a nearly valid operation once for each part.
  return fc.oneof(
    ...operations.flatMap((operation) => [
      requestsOf(document, caller, { ...operation, kind: 'valid', one: null }),
      fc.oneof(
        ...parts.map((one) => requestsOf(document, caller, { ...operation, kind: 'nearly' as const, one })),
      ),
      requestsOf(document, caller, { ...operation, kind: 'hostile', one: null }),
    ]),
  )
}

const parts = ['path', 'query', 'headers', 'body', 'method'] as const
type Part = (typeof parts)[number]

interface Asked {
  path: string
  method: string
  operation: OperationObject
  kind: Kind
  /** The violation in a nearly valid request. */
  one: Part | null
}

function requestsOf(document: OpenApiDocument, caller: Caller, asked: Asked): fc.Arbitrary<HostileRequest> {
  const { path, method, operation, kind, one } = asked
  const root = document as unknown as Record<string, unknown>
  const fits = (schema: object) => valuesOf(schema as Record<string, unknown>, root)
  const parameters = operation.parameters ?? []
  const body = operation.requestBody?.content['application/json']
  const choose = <T>(part: Part, good: fc.Arbitrary<T>, bad: fc.Arbitrary<T>) =>
    kind === 'hostile' ? fc.oneof(good, bad) : part === one ? bad : good

  const ids = fc.oneof(fc.constantFrom(...caller.taskIds), fc.uuid())
  const goodPath = fc
    .record(
      Object.fromEntries(
        parameters
          .filter((each) => each.in === 'path')
          .map(({ name, schema }) => [name, name === 'id' ? ids : fits(schema).map(String)]),
      ),
    )
    .map((values) => path.replace(/\{(\w+)\}/g, (_, name: string) => encode(String(values[name]))))
  const badPath = fc.oneof(
    hostileText.map((text) => path.replace(/\{\w+\}/g, encode(text))),
    hostileText.map((text) => path.replace(/\{\w+\}/g, toTarget(text))),
    fc
      .tuple(
        goodPath,
        fc.constantFrom('/', '//', '/.', '/..', '%2f', '/%2e%2e/', ';a=b', '%00', '/x', '\\', '%'),
      )
      .map(([good, trick]) => good + trick),
    goodPath.map((good) => `/${good}`),
    goodPath.map((good) => `http://evil.example${good}`),
    goodPath.map((good) => good.toUpperCase()),
  )
  const goodQuery = fc
    .record(
      Object.fromEntries(
        parameters.filter((each) => each.in === 'query').map(({ name, schema }) => [name, fits(schema)]),
      ),
      { requiredKeys: [] },
    )
    .map((values) => toQuery(Object.entries(values)))
  const names = fc.oneof(fc.constantFrom('nope', ...parameters.map(({ name }) => name)), hostileText)
  const badQuery = fc.oneof(
    fc.array(fc.tuple(names, hostileText), { minLength: 1, maxLength: 4 }).map(toQuery),
    fc
      .tuple(names, hostileText)
      .map(([name, text]) => `?${toTarget(name)}[]=${toTarget(text)}&${toTarget(name)}`),
  )
  const goodHeaders = fc
    .record(
      Object.fromEntries(
        parameters
          .filter((each) => each.in === 'header' && each.name !== 'Prefer')
          .map(({ name, schema }) => [name, fits(schema).map(String)]),
      ),
      { requiredKeys: [] },
    )
    .map((values) => Object.entries(values) as [string, string][])
  const badHeaders = fc.array(hostileHeader, { minLength: 1, maxLength: 4 })
  const goodBody =
    body === undefined
      ? fc.constant(Buffer.alloc(0))
      : fits(body.schema).map((value) => Buffer.from(JSON.stringify(value)))
  const nearBody =
    body === undefined
      ? hostileJson.map((json) => Buffer.from(json))
      : fc
          .tuple(fits(body.schema), hostileJson, fc.nat(), hostileText)
          .map(([value, json, which, key]) => Buffer.from(replaceOne(value, json, which, key)))
  const badBody = fc.oneof(
    nearBody,
    hostileBytes,
    hostileJson.map((json) => Buffer.from(json)),
  )
  const methods = fc.constantFrom(
    'GET',
    'HEAD',
    'POST',
    'PUT',
    'PATCH',
    'DELETE',
    'OPTIONS',
    'TRACE',
    'PROPFIND',
    'M-SEARCH',
    'QUERY',
  )

  return fc
    .record({
      method: choose('method', fc.constant(method.toUpperCase()), methods),
      target: choose('path', goodPath, badPath),
      query: choose('query', goodQuery, badQuery),
      headers: choose('headers', goodHeaders, badHeaders),
      body: choose('body', goodBody as fc.Arbitrary<Uint8Array>, badBody as fc.Arbitrary<Uint8Array>),
      isChunked: fc.boolean(),
    })
    .map((parts) => ({
      operation:
        kind === 'valid' || (kind === 'nearly' && one !== 'path' && one !== 'method')
          ? { path, method }
          : null,
      method: parts.method,
      bytes: writeRequest({ ...parts, target: parts.target + parts.query, caller }),
    }))
}

interface Parts {
  method: string
  target: string
  headers: readonly [string, string][]
  body: Uint8Array
  isChunked: boolean
  caller: Caller
}

function writeRequest({ method, target, headers, body, isChunked, caller }: Parts): Uint8Array {
  const given = new Set(headers.map(([name]) => name.toLowerCase()))
  const all: [string, string][] = [
    ['Host', caller.host],
    ['Authorization', `Bearer ${caller.token}`],
    ['Content-Type', 'application/json'],
    ['Connection', 'close'],
  ]
  const lines = [...all.filter(([name]) => !given.has(name.toLowerCase())), ...headers]
  const chunked = isChunked && body.length > 0
  if (chunked) lines.push(['Transfer-Encoding', 'chunked'])
  else lines.push(['Content-Length', String(body.length)])
  const head = `${method} ${target} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`
  // As latin1, like headers: other characters can't be represented, and are replaced by an unusual byte.
  return Buffer.concat([
    Buffer.from(head, 'latin1'),
    ...(chunked
      ? [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]
      : [body]),
  ])
}

/** JSON text of an object in which one member has another value, another name, or is repeated. */
function replaceOne(value: unknown, json: string, which: number, key: string): string {
  if (typeof value !== 'object' || value === null) return json
  const members = Object.entries(value).map(([name, each]) => [JSON.stringify(name), JSON.stringify(each)])
  const chosen = members[Math.floor(which / 3) % Math.max(members.length, 1)]
  if (chosen === undefined) return `{${JSON.stringify(key)}:${json}}`
  if (which % 3 === 0) chosen[1] = json
  else if (which % 3 === 1) members.push([chosen[0] as string, json])
  else members.push([JSON.stringify(key), json])
  return `{${members.map(([name, each]) => `${name}:${each}`).join()}}`
}

/** Encoded for a path or a query; a lone surrogate is U+FFFD. */
const encode = (text: string) => encodeURIComponent(text.toWellFormed())
const toQuery = (pairs: readonly (readonly [string, unknown])[]) =>
  pairs.length === 0
    ? ''
    : `?${pairs
        // A list is a parameter that is repeated.
        .flatMap(([name, value]) => [value].flat().map((each) => `${encode(name)}=${encode(String(each))}`))
        .join('&')}`
/** Not encoded, except for characters that would end the line. */
const toTarget = (text: string) => text.replace(/[\s\0]/g, '%20')
