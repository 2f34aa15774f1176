import type { LookupAddress } from 'node:dns'
import { lookup as systemLookup } from 'node:dns/promises'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { WebhookFailedError } from './webhook-errors.ts'
import { checkWebhookAddress, checkWebhookUrl, type WebhookPolicy } from './webhook-policy.ts'

const timeoutMs = 10_000

export interface WebhookMessage {
  url: string
  headers: Readonly<Record<string, string>>
  body: string
}

export interface PostOptions {
  policy: WebhookPolicy
  /** All addresses of a name; replaced in tests. */
  resolve?: (hostname: string) => Promise<LookupAddress[]>
  signal?: AbortSignal | undefined
}

/**
 * Posts a message once, within 10 s. It connects to the address that was checked, and a redirect
 * is not followed, because its target is not checked.
 *
 * @returns the status of the response
 * @throws WebhookForbiddenError when URL or address are not allowed
 * @throws WebhookFailedError when there is no response
 */
export async function postWebhook(
  { url, headers, body }: WebhookMessage,
  { policy, resolve = resolveAll, signal }: PostOptions,
): Promise<number> {
  checkWebhookUrl(url, policy)
  const target = new URL(url)
  const timeout = AbortSignal.timeout(timeoutMs)
  const request = target.protocol === 'https:' ? httpsRequest : httpRequest
  let refusal: Error | null = null

  /** Node connects only to the addresses that this returns. It is not called for a host that is an address. */
  const lookup: LookupFunction = (hostname, { all }, callback) => {
    void resolve(hostname).then(
      (addresses) => {
        try {
          for (const { address } of addresses) checkWebhookAddress(address, policy)
        } catch (error) {
          refusal = error as Error // nothing else is thrown
          return callback(refusal, '')
        }
        const [first] = addresses
        if (all === true) return callback(null, addresses)
        if (first === undefined) return callback(new Error(`${hostname} has no address`), '')
        callback(null, first.address, first.family)
      },
      (error: unknown) => callback(error as Error, ''), // so does the resolver
    )
  }

  return await new Promise<number>((done, fail) => {
    const call = request(
      target,
      {
        method: 'POST',
        headers: { ...headers, 'Content-Length': String(Buffer.byteLength(body)) },
        lookup,
        // Never reuses a connection that was opened for another receiver or with another check.
        agent: false,
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      },
      (response) => {
        // The body is not needed, and might never end.
        response.destroy()
        done(response.statusCode ?? 0)
      },
    )
    call.on('error', (error) => {
      if (refusal !== null) return fail(refusal)
      // Without its message, which contains the address.
      const reason = timeout.aborted ? `no response within ${timeoutMs / 1000} s` : codeOf(error)
      fail(new WebhookFailedError(target.host, reason, error))
    })
    call.end(body)
  })
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? `no connection (${error.code})` : 'no connection'
}

async function resolveAll(hostname: string): Promise<LookupAddress[]> {
  return await systemLookup(hostname, { all: true })
}
