import { spawn } from 'node:child_process'
import { join } from 'node:path'

export interface BuildOptions {
  root: string
  onProgress: (message: string) => void
  signal: AbortSignal
}

/**
 * Builds the dashboard, unless it was built from the same files already.
 * @returns the path of the module that serves it
 */
export async function buildDashboard({ root, onProgress, signal }: BuildOptions): Promise<string> {
  const folder = join(root, 'apps/dashboard')
  onProgress('Building the dashboard, unless nothing has changed')
  // A process of its own: Vite would take this one's signals, and its memory goes away with it.
  const child = spawn(process.execPath, [join(folder, 'scripts/build.ts')], {
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
  if (exitCode !== 0) throw new Error(`the dashboard can't be built:\n${output}`)
  return join(folder, 'build/index.js')
}
