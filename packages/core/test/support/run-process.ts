import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { guardProcess } from '@ingestion-server/local-services'

export interface RunningProcess {
  /** Its address. */
  url: string
  output: () => string
  stop: () => Promise<void>
  /** SIGKILL. */
  kill: () => Promise<void>
}

/** Runs a module until it prints its address. */
export async function runProcess(main: string, env: Record<string, string>): Promise<RunningProcess> {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const exited = once(child, 'close')
  // It ends with this process, also if the caller fails before it stops it.
  if (child.pid !== undefined) exited.finally(guardProcess(child.pid, 'SIGTERM')).catch(() => undefined)
  const listening = new Promise<string>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
        const url = /^Listening on (\S+)$/m.exec(output)?.[1]
        if (url !== undefined) resolve(url)
      })
    }
  })
  const failed = exited.then(() => Promise.reject(new Error(`${main} ended before it listened:\n${output}`)))
  const url = await Promise.race([listening, failed])
  failed.catch(() => undefined) // later it ends regularly
  return {
    url,
    output: () => output,
    async stop() {
      child.kill('SIGTERM')
      await exited
    },
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
