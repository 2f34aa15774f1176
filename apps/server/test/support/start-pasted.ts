import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { root } from './docs-blocks.ts'

/** Starts a server by a command, and stops it as soon as it listens. @param env with a free port */
export async function startPasted(command: string, env: NodeJS.ProcessEnv): Promise<void> {
  // In a group of its own, which gets the signal as a whole, as in a terminal.
  const child = spawn('bash', ['-c', command], { cwd: root, env, detached: true, stdio: 'pipe' })
  let output = ''
  const listening = Promise.withResolvers<void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (output.includes('Listening on ')) listening.resolve()
    })
  }
  const closed = once(child, 'close')
  await Promise.race([
    listening.promise,
    closed.then(() => Promise.reject(new Error(`${command} ended before it listened:\n${output}`))),
  ])
  process.kill(-(child.pid as number), 'SIGTERM') // it runs
  await closed
}
