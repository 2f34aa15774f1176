import { spawn } from 'node:child_process'
import { join } from 'node:path'

export interface BuildOptions {
  root: string
  signal: AbortSignal
}

/** Builds an app by its own script. @param app its folder in `apps` */
export async function buildApp(app: string, { root, signal }: BuildOptions): Promise<void> {
  // A process of its own: Vite would take this one's signals, and its memory goes away with it.
  const child = spawn(process.execPath, [join(root, 'apps', app, 'scripts/build.ts')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (exitCode !== 0) throw new Error(`apps/${app} can't be built:\n${output}`)
}
