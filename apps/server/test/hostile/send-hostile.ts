import fc from 'fast-check'
import type { OpenApiDocument } from '../../src/http/openapi/document.ts'
import { createAnswerCheck } from './check-answer.ts'
import { hostileRequests, type Caller, type HostileRequest } from './hostile-requests.ts'
import { sendRaw } from './raw-http.ts'

interface Target {
  baseUrl: string
  document: OpenApiDocument
  caller: Caller
  /** Texts that no response may contain. */
  hidden: readonly string[]
}

interface Campaign {
  /** Number of responses by status; 0: the connection was closed without one. */
  statuses: Map<number, number>
  /** Operations that responded with success, such as `get /task`. */
  succeeded: Set<string>
  /** One request of each kind of violation, by the operation's method, path and violation. */
  faults: Map<string, string>
}

const blockSize = 500
const inFlight = 8
/** No request waits for more than a second; the rest is for a loaded machine, as in vitest.config.ts. */
const timeoutMs = 90_000

/** Sends generated requests, the same ones for a seed, and checks each response. */
export async function sendHostile(
  target: Target,
  { requests, seed }: { requests: number; seed: number },
): Promise<Campaign> {
  const campaign: Campaign = { statuses: new Map(), succeeded: new Set(), faults: new Map() }
  const check = createAnswerCheck(target.document, target.hidden)
  const arbitrary = hostileRequests(target.document, target.caller)
  for (let sent = 0; sent < requests; sent += blockSize) {
    const numRuns = Math.min(blockSize, requests - sent)
    // In blocks: all at once would need gigabytes.
    const block = fc.sample(arbitrary, { numRuns, seed: seed + sent }).values()
    await Promise.all(
      Array.from({ length: inFlight }, async () => {
        for (const request of block) await exchange(target.baseUrl, request, check, campaign)
      }),
    )
  }
  return campaign
}

async function exchange(
  baseUrl: string,
  request: HostileRequest,
  check: ReturnType<typeof createAnswerCheck>,
  { statuses, succeeded, faults }: Campaign,
): Promise<void> {
  const result = await sendRaw(baseUrl, [request.bytes], {
    timeoutMs,
    isHead: request.method === 'HEAD',
  })
  const status = 'answer' in result ? result.answer.status : 0
  statuses.set(status, (statuses.get(status) ?? 0) + 1)
  const name = request.operation === null ? 'odd' : `${request.operation.method} ${request.operation.path}`
  if (status >= 200 && status < 300) succeeded.add(name)
  const fault =
    'answer' in result ? check(request, result.answer) : 'silent' in result ? 'no answer in time' : null
  if (fault === null) return
  const kind = `${name}: ${fault.slice(0, 120)}`
  if (!faults.has(kind)) faults.set(kind, Buffer.from(request.bytes).toString('latin1').slice(0, 2_000))
}
