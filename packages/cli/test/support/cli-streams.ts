import { PassThrough } from 'node:stream'
import type { CliIo } from '../../src/cli-io.ts'

/** A terminal, or files, for the command line; all output is kept as text. */
export function createCliStreams({ tty = false, env = {} }: { tty?: boolean; env?: CliIo['env'] } = {}) {
  const interruption = new AbortController()
  const collect = () => {
    const stream = Object.assign(new PassThrough(), { isTTY: tty, columns: 120, rows: 40 })
    let text = ''
    stream.setEncoding('utf8').on('data', (part: string) => (text += part))
    return { stream, text: () => text }
  }
  const out = collect()
  const err = collect()
  const stdin = Object.assign(new PassThrough(), { isTTY: tty })
  const io: CliIo = {
    program: 'ingestion-server',
    env,
    stdin,
    stdout: out.stream,
    stderr: err.stream,
    signal: interruption.signal,
  }
  return {
    io,
    stdin,
    out: out.text,
    err: err.text,
    interrupt: (reason: unknown) => interruption.abort(reason),
  }
}
