import { open } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** Hundreds of thousands of terms; a longer list is assumed to be the wrong file. */
const maxBytes = 16 * 1024 * 1024
const timeoutMs = 30_000

interface Limits {
  maxBytes: number
  timeoutMs: number
}

/**
 * Reads the list of sensitive terms each time, because a filtered index must be built with its current content.
 *
 * An incomplete or wrong list would let documents pass that must not be
 * served. So a redirect, an HTML page, or text that isn't UTF-8 is an error.
 *
 * @param url `http:`, `https:` (user and password are sent as basic authentication) or `file:`
 */
export function createTermsReader(
  url: string,
  limits: Limits = { maxBytes, timeoutMs },
): (signal: AbortSignal) => Promise<string> {
  const source = new URL(url)
  return async (signal) => {
    const waiting = AbortSignal.any([signal, AbortSignal.timeout(limits.timeoutMs)])
    const chunks = source.protocol === 'file:' ? readFile(source) : fetchBody(source, waiting)
    return decode(await collect(chunks, limits.maxBytes, waiting))
  }
}

async function* readFile(source: URL): AsyncIterable<Uint8Array> {
  const file = await open(fileURLToPath(source))
  try {
    yield* file.createReadStream({ autoClose: false })
  } finally {
    await file.close()
  }
}

async function* fetchBody(source: URL, signal: AbortSignal): AsyncIterable<Uint8Array> {
  const { username, password } = source
  const address = new URL(source)
  // fetch refuses a URL with credentials.
  address.username = ''
  address.password = ''
  const response = await fetch(address, {
    signal,
    redirect: 'manual',
    headers: { Accept: 'text/plain', ...(username !== '' && { Authorization: basic(username, password) }) },
  })
  const refusal = explainRefusal(response)
  if (refusal !== null) {
    await response.body?.cancel()
    throw new Error(refusal)
  }
  if (response.body) yield* response.body
}

/** Messages leave out the query, which may hold a key. */
function explainRefusal({ status, headers }: Response): string | null {
  if (status >= 300 && status < 400) return `it responded with a redirect (${status}); set its final address`
  if (status !== 200) return `it responded with status ${status}`
  if (/^text\/html\b/i.test(headers.get('content-type') ?? ''))
    return 'it responded with a web page instead of a list'
  return null
}

function basic(username: string, password: string): string {
  const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return `Basic ${Buffer.from(credentials).toString('base64')}`
}

async function collect(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    signal.throwIfAborted()
    bytes += chunk.byteLength
    if (bytes > limit) throw new Error(`it has more than ${limit} bytes`)
    parts.push(chunk)
  }
  return Buffer.concat(parts)
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new Error('it is not UTF-8 text', { cause })
  }
}
