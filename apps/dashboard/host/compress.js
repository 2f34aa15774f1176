import { constants, createBrotliCompress, createGzip } from 'node:zlib'

/** Shorter responses become hardly smaller, bytes. */
const minBytes = 1_024
/** The default of 11 is for files that are compressed once. */
const brotliQuality = 4

const compressible = /^(text\/(html|plain|css|csv)|application\/(json|x-ndjson|javascript)|image\/svg\+xml)\b/

/**
 * Pages that may contain a secret: the link of the set-up, and tokens. They are never compressed, because the size of
 * a compressed response reveals whether it repeats a text that an attacker put into it (BREACH).
 */
const secretPaths = /^\/(setup|tokens)(\/|\?|$)/

/**
 * Compresses the response to a request, if its sender accepts that and it has a compressible type. Event streams are
 * left alone: they would be held back until enough was collected. So are responses to forms, which may contain a
 * secret, and to requests that another site caused, which may contain a text of that site.
 *
 * @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response before its head is written
 */
export function compress(request, response) {
  const encoding = chooseEncoding(request)
  if (encoding === null) return

  // Their overloads are not repeated here.
  const own = /** @type {Record<'writeHead' | 'write' | 'end', any>} */ (/** @type {unknown} */ (response))
  const { writeHead, write, end } = own
  /** @type {import('node:stream').Transform | null | undefined} undefined: not decided */
  let encoder

  /** @param {number} status @param {unknown[]} rest */
  own.writeHead = (status, ...rest) => {
    const headers = rest.find((each) => typeof each === 'object' && each !== null)
    for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value)
    decide(status)
    return writeHead.call(response, status, ...rest.filter((each) => typeof each === 'string'))
  }
  /** @param {unknown[]} args */
  own.write = (...args) => {
    decide(response.statusCode)
    return encoder ? encoder.write(args[0]) : write.apply(response, args)
  }
  /** @param {unknown[]} args */
  own.end = (...args) => {
    decide(response.statusCode)
    if (!encoder) return end.apply(response, args)
    const [chunk] = args
    if (chunk == null || typeof chunk === 'function') encoder.end()
    else encoder.end(chunk)
    return response
  }

  /** @param {number} status */
  function decide(status) {
    if (encoder !== undefined) return
    encoder = null
    const type = String(response.getHeader('content-type') ?? '')
    if (!compressible.test(type)) return
    // Caches must keep the variants apart, whether this one is compressed or not.
    response.appendHeader('Vary', 'Accept-Encoding')
    const length = response.getHeader('content-length')
    const isShort = length !== undefined && Number(length) < minBytes
    if (isShort || status === 204 || status === 304) return
    if (response.hasHeader('content-encoding') || response.hasHeader('content-range')) return
    response.removeHeader('content-length')
    response.setHeader('Content-Encoding', encoding ?? '')
    const tag = response.getHeader('etag')
    if (typeof tag === 'string' && !tag.startsWith('W/')) response.setHeader('ETag', `W/${tag}`)
    const stream = createEncoder(encoding)
    stream.on('data', (chunk) => {
      if (write.call(response, chunk) === false) stream.pause()
    })
    response.on('drain', () => stream.resume())
    // The writer waits for it when `write` returned false.
    stream.on('drain', () => response.emit('drain'))
    stream.on('end', () => end.call(response))
    response.on('close', () => stream.destroy())
    encoder = stream
  }
}

/** @param {'br' | 'gzip' | null} encoding */
function createEncoder(encoding) {
  if (encoding !== 'br') return createGzip()
  return createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: brotliQuality } })
}

/**
 * @param {import('node:http').IncomingMessage} request
 * @returns {'br' | 'gzip' | null} null: the response stays as it is
 */
function chooseEncoding({ method, url = '', headers }) {
  if (method !== 'GET' || secretPaths.test(url) || headers['sec-fetch-site'] === 'cross-site') return null
  const accepted = String(headers['accept-encoding'] ?? '')
    .split(',')
    .map((each) => each.trim().split(/\s*;\s*/))
    .filter(([, weight]) => weight === undefined || Number(weight.replace(/^q=/, '')) > 0)
    .map(([name]) => name)
  if (accepted.includes('br')) return 'br'
  return accepted.includes('gzip') ? 'gzip' : null
}
