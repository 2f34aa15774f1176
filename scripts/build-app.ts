import { spawn } from 'node:child_process'
import { join } from 'node:path'

export interface BuildOptions {
  root: string
  signal?: AbortSignal
  /** Output folder; default: the app's own. */
  outDir?: string
}

/** Builds an app by its own script. @param app its folder in `apps` */
export async function buildApp(app: string, { root, signal, outDir }: BuildOptions): Promise<void> {
  // In a separate process: Vite would handle this one's signals, and its memory is freed at its end.
  const script = join(root, 'apps', app, 'scripts/build.ts')
  const child = spawn(process.execPath, [script, ...(outDir === undefined ? [] : [outDir])], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal && { signal }),
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
