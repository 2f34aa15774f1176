import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { contestantsFolder } from './build.ts'

export interface Sink {
  url: string
  stop(): Promise<void>
}

/**
 * Starts a server in a separate process that accepts bulk requests and stores nothing.
 *
 * @param latencyMs from the end of a request to its response
 * @param behind target of all other requests
 */
export async function startSink(latencyMs = 0, behind = ''): Promise<Sink> {
  const child = fork(join(contestantsFolder, 'sink.mjs'), [String(latencyMs), behind])
  const [url] = (await once(child, 'message')) as [string]
  return {
    url,
    async stop() {
      child.disconnect()
      await once(child, 'exit')
    },
  }
}
