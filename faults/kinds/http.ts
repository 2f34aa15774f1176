import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '@ingestion-server/local-services'
import type { HttpResponse, HttpCall, HttpFault } from '../proxies/http-fault-proxy.ts'
import { failedItem, splitBulk } from '../proxies/split-bulk.ts'
import type { FaultKind } from './fault-kind.ts'

const isBulk = ({ path }: HttpCall) => /\/_bulk(\?|$)/.test(path)
const isSearch = ({ path }: HttpCall) => /\/_(search|count|msearch|mget|search\/scroll)(\/|\?|$)/.test(path)
/** Whether a request changes an index, an alias or settings. */
const isChange = (call: HttpCall) =>
  !isBulk(call) && !isSearch(call) && call.method !== 'GET' && call.method !== 'HEAD'

const concerned = {
  'any request': () => true,
  'bulk requests': isBulk,
  searches: isSearch,
  changes: isChange,
} as const

/** Approximate number of those requests per task; more in some scenarios. */
const mostSkipped: Record<keyof typeof concerned, number> = {
  'any request': 40,
  'bulk requests': 8,
  searches: 10,
  changes: 8,
}

const json = { 'content-type': 'application/json; charset=UTF-8' }
const html = { 'content-type': 'text/html' }
const toResponse = (status: number, headers: Record<string, string>, body: string): HttpResponse => ({
  status,
  headers,
  body: Buffer.from(body),
})

const signInPage = toResponse(200, html, '<!doctype html><html><body><form>Sign in</form></body></html>')

/** Responses of OpenSearch, or of a proxy in front of it, by status. */
function statusResponse(status: number, random: Random): HttpResponse {
  const types: Record<number, string> = {
    429: 'opensearch_rejected_execution_exception',
    500: 'node_closed_exception',
    503: 'cluster_manager_not_discovered_exception',
  }
  const type = types[status]
  if (type === undefined || random.chance(0.3)) return toResponse(status, html, `<html>${status}</html>`)
  return toResponse(status, json, JSON.stringify({ error: { type, reason: 'injected' }, status }))
}

type Treatment = HttpFault['treat']

/** Changes JSON responses. @param change returns false if there is nothing to change */
const changeJson =
  (change: (body: Record<string, unknown>) => boolean): Treatment =>
  async (call) => {
    const response = await call.send()
    const body = readJson(response.body)
    if (body === null || !change(body)) return { response, isUntouched: true }
    return { response: { ...response, body: Buffer.from(JSON.stringify(body)) } }
  }

function readJson(body: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

/** Removes the hits and buckets of one of two shards. */
function halve(body: Record<string, unknown>): void {
  const hits = (body['hits'] as { hits?: unknown[] } | undefined)?.hits
  if (hits) hits.splice(Math.ceil(hits.length / 2))
}

/** Some operations are not done, and the response reports them as failed. */
function failItems(random: Random, status: number, type: string): Treatment {
  return async (call) => {
    const items = splitBulk(call.body)
    const failed = items.map(() => random.chance(0.4))
    if (!failed.includes(true)) return undefined
    const target = /^\/([^/?]+)\/_bulk/.exec(call.path)?.[1] ?? ''
    const rest = items.filter((_, position) => !failed[position])
    const response =
      rest.length > 0
        ? await call.send(Buffer.from(rest.map(({ lines }) => lines).join('')))
        : toResponse(200, json, JSON.stringify({ took: 1, errors: false, items: [] }))
    const body = readJson(response.body)
    if (response.status !== 200 || body === null) return { response }
    const done = (body['items'] as unknown[]).values()
    const all = items.map((item, position) =>
      failed[position] ? failedItem(item, decodeURIComponent(target), status, type) : done.next().value,
    )
    return {
      response: { ...response, body: Buffer.from(JSON.stringify({ ...body, errors: true, items: all })) },
    }
  }
}

interface Form {
  /** The affected requests; all of `concerned` if absent. */
  about?: readonly (keyof typeof concerned)[]
  codes?: readonly string[]
  draw(random: Random): { text: string; treat: Treatment }
}

const always =
  (treat: Treatment, text = ''): Form['draw'] =>
  () => ({ text, treat })

const forms: Record<string, Form> = {
  'lost request': { draw: always(async () => null) },
  'lost response': {
    draw: always(async (call) => {
      await call.send()
      return null
    }),
  },
  'late request': {
    draw(random) {
      const ms = random.integer(500, 5_000)
      const treat: Treatment = async (call) => {
        await delay(ms)
        return { response: await call.send() }
      }
      return { text: `${ms} ms`, treat }
    },
  },
  'late response': {
    draw(random) {
      const ms = random.integer(500, 5_000)
      const treat: Treatment = async (call) => {
        const response = await call.send()
        await delay(ms)
        return { response }
      }
      return { text: `${ms} ms`, treat }
    },
  },
  'doubled request': {
    draw(random) {
      const second = random.chance(0.5)
      const treat: Treatment = async (call) => {
        const responses = [await call.send(), await call.send()]
        return { response: responses[second ? 1 : 0] as HttpResponse }
      }
      return { text: second ? 'second response' : 'first response', treat }
    },
  },
  'truncated response': {
    draw: always(async (call) => {
      const response = await call.send()
      return { response, cutAfter: Math.floor(response.body.length / 2) }
    }),
  },
  'malformed response': {
    draw: always(async (call) => {
      const response = await call.send()
      return {
        response: { ...response, body: response.body.subarray(0, Math.floor(response.body.length / 2)) },
      }
    }),
  },
  'empty response': {
    draw(random) {
      const body = random.pick(['', '{}'])
      const treat: Treatment = async (call) => {
        const { status, headers } = await call.send()
        return { response: { status, headers, body: Buffer.from(body) } }
      }
      return { text: JSON.stringify(body), treat }
    },
  },
  'non-OpenSearch response': {
    draw(random) {
      const arrives = random.chance(0.5)
      const treat: Treatment = async (call) => {
        if (arrives) await call.send()
        return { response: signInPage }
      }
      return { text: arrives ? 'after the request was done' : 'in place of the request', treat }
    },
  },
  'status 429': {
    draw(random) {
      const response = statusResponse(429, random)
      return { text: '', treat: async () => ({ response }) }
    },
  },
  'status 5xx': {
    draw(random) {
      const status = random.pick([500, 502, 503, 504])
      const response = statusResponse(status, random)
      const arrives = random.chance(0.5)
      const treat: Treatment = async (call) => {
        if (arrives) await call.send()
        return { response }
      }
      return { text: `${status}${arrives ? ' after the request was done' : ''}`, treat }
    },
  },
  'item errors': {
    about: ['bulk requests'],
    draw(random) {
      const [status, type] = random.pick([
        [429, 'opensearch_rejected_execution_exception'],
        [503, 'unavailable_shards_exception'],
        [403, 'cluster_block_exception'],
      ] as const)
      return { text: `${status} ${type}`, treat: failItems(random, status, type) }
    },
  },
  'refused items': {
    about: ['bulk requests'],
    codes: ['documents_failed'],
    draw: (random) => ({ text: '400', treat: failItems(random, 400, 'mapper_parsing_exception') }),
  },
  'partial search': {
    about: ['searches'],
    draw(random) {
      const isTimeout = random.chance(0.5)
      const treat = changeJson((body) => {
        const shards = body['_shards'] as { total: number; successful: number; failed: number } | undefined
        if (shards === undefined) return false
        if (isTimeout && 'timed_out' in body) body['timed_out'] = true
        else {
          shards.failed = 1
          shards.successful = Math.max(0, shards.total - 1)
        }
        halve(body)
        return true
      })
      return { text: isTimeout ? 'timed out' : 'a failed shard', treat }
    },
  },
  'not acknowledged': {
    about: ['changes'],
    draw(random) {
      const field = random.pick(['acknowledged', 'shards_acknowledged'])
      const treat = changeJson((body) => {
        if (body[field] !== true) return false
        body[field] = false
        return true
      })
      return { text: field, treat }
    },
  },
}

/** Faults of requests to OpenSearch and of their responses. */
export const httpKinds: readonly FaultKind[] = Object.entries(forms).map(([name, form]) => ({
  name: `http: ${name}`,
  needs: [],
  isPatient: true,
  ...(form.codes && { codes: form.codes }),
  draw(random: Random) {
    const about = random.pick(form.about ?? (Object.keys(concerned) as (keyof typeof concerned)[]))
    const times = random.integer(1, 4)
    const skip = random.integer(0, mostSkipped[about])
    const { text, treat } = form.draw(random)
    return {
      description: `${times} of ${about} after ${skip}${text && `: ${text}`}`,
      async begin({ http }) {
        const { end, effects, usedUp } = http.begin({ concerns: concerned[about], treat, times, skip })
        return { effects, usedUp, end: async () => end() }
      },
    }
  },
}))
