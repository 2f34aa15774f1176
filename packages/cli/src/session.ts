import { createClient, type Client } from '@ingestion-server/sdk'
import { UsageError, type CliIo } from './cli-io.ts'
import { createOutput, type Output } from './output.ts'

export const defaultUrl = 'http://localhost:8001'

/** Passed to every command. */
export interface Session {
  io: CliIo
  client: Client
  output: Output
}

/** Options that every command takes. */
export interface GlobalOptions {
  url?: string | undefined
  token?: string | undefined
  actor?: string | undefined
  json?: true | undefined
}

/** @throws UsageError when the server's URL or the token is invalid */
export function createSession(io: CliIo, options: GlobalOptions): Session {
  const url = options.url ?? (io.env['INGESTION_URL'] || defaultUrl)
  const token = options.token ?? (io.env['INGESTION_TOKEN'] || undefined)
  try {
    const client = createClient({ baseUrl: url, token, actor: options.actor })
    return { io, client, output: createOutput(io, options.json === true) }
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message, { cause: error })
    throw error
  }
}
