import process from 'node:process'
import { openSocket } from '@ingestion-server/core/node'
import { reindexWithCore, type CoreOptions } from './reindex-with-core.ts'
import { reindexWithSdk } from './reindex-with-sdk.ts'

/** Entry for Node, Deno and Bun: options as JSON in the last argument, the outcomes as JSON in the last line. */
interface Options extends CoreOptions {
  baseUrl: string
}

const options = JSON.parse(String(process.argv.at(-1))) as Options
const core = await reindexWithCore({ ...options, suffix: `${options.suffix}-core` }, openSocket)
const sdk = await reindexWithSdk(options.baseUrl, `${options.suffix}-sdk`)
process.stdout.write(`${JSON.stringify({ core, sdk })}\n`)
