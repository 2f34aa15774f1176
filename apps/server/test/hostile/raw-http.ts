import { connect } from 'node:net'

export interface RawAnswer {
  status: number
  /** Names in lower case; the last value of repeated names. */
  headers: Map<string, string>
  body: Buffer
}

/** How an exchange ended: with a response, without one, or not at all. */
type Exchange = { answer: RawAnswer } | { closed: string } | { silent: true }

export interface SendOptions {
  /** Milliseconds until an exchange counts as silent. */
  timeoutMs: number
  /** Ends the exchange, which is then silent. */
  signal?: AbortSignal
  /** Called for each part of the response. */
  onData?: () => void
  /** Whether the client ends its side of the connection once everything is sent. */
  end?: boolean
  /** Whether the request is a HEAD, whose response has a length but no body. */
  isHead?: boolean
}

/**
 * Sends raw bytes, which no HTTP client would, and reads the first response. Event streams are closed after
 * their headers. Each piece is sent in a separate turn of the event loop.
 */
export async function sendRaw(
  baseUrl: string,
  pieces: readonly Uint8Array[],
  { timeoutMs, signal, onData, end = false, isHead = false }: SendOptions,
): Promise<Exchange> {
  const { hostname, port } = new URL(baseUrl)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  const parts: Buffer[] = []
  try {
    return await new Promise<Exchange>((resolve) => {
      const timer = setTimeout(() => settle({ silent: true }), timeoutMs)
      signal?.addEventListener('abort', () => settle({ silent: true }), { once: true })
      const settle = (exchange: Exchange) => {
        clearTimeout(timer)
        resolve(exchange)
      }
      const finish = (isClosed: boolean, reason: string) => {
        const answer = readAnswer(Buffer.concat(parts), isClosed, isHead)
        if (answer !== null) settle({ answer })
        else if (isClosed) settle({ closed: reason })
      }
      socket.on('data', (chunk) => {
        parts.push(chunk)
        onData?.()
        finish(false, '')
      })
      socket.on('error', (error) => finish(true, error.message))
      socket.on('close', () => finish(true, 'closed without an answer'))
      socket.on('connect', () => void write())
      async function write() {
        for (const piece of pieces) {
          if (socket.writable) socket.write(piece)
          await new Promise((next) => setImmediate(next))
        }
        if (end) socket.end()
      }
    })
  } finally {
    socket.destroy()
  }
}

const endOfHead = Buffer.from('\r\n\r\n')

/** The first complete response in the received bytes, or null. Interim responses (1xx) are skipped. */
function readAnswer(bytes: Buffer, isClosed: boolean, isHead: boolean): RawAnswer | null {
  const headLength = bytes.indexOf(endOfHead)
  if (headLength < 0) return null
  const [statusLine = '', ...lines] = bytes.subarray(0, headLength).toString('latin1').split('\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1] ?? NaN)
  if (Number.isNaN(status)) throw new Error(`no status line: ${statusLine}`)
  const rest = bytes.subarray(headLength + endOfHead.length)
  if (status < 200) return readAnswer(rest, isClosed, isHead)

  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const give = (body: Buffer | null) => (body === null ? null : { status, headers, body })
  if (isHead || headers.get('content-type')?.startsWith('text/event-stream')) return give(Buffer.alloc(0))
  if (headers.get('transfer-encoding') === 'chunked') return give(readChunks(rest, isClosed))
  const length = headers.get('content-length')
  if (length === undefined) return give(status === 204 || status === 304 || isClosed ? rest : null)
  if (rest.length >= Number(length)) return give(rest.subarray(0, Number(length)))
  return isClosed ? give(rest) : null
}

function readChunks(bytes: Buffer, isClosed: boolean): Buffer | null {
  const chunks: Buffer[] = []
  for (let at = 0; ;) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd < 0) return isClosed ? Buffer.concat(chunks) : null
    const size = parseInt(bytes.subarray(at, lineEnd).toString('latin1'), 16)
    if (size === 0) return Buffer.concat(chunks)
    const start = lineEnd + 2
    if (bytes.length < start + size + 2) return isClosed ? Buffer.concat(chunks) : null
    chunks.push(bytes.subarray(start, start + size))
    at = start + size + 2
  }
}
