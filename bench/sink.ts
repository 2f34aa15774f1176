import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { contestantsFolder } from './build.ts'

export interface Sink {
  url: string
  stop(): Promise<void>
}

/**
 * Starts, in a process of its own, a server that takes bulk requests and keeps nothing.
 *
 * @param latencyMs from the end of a request to its answer
 * @param behind what all other requests are passed on to
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
