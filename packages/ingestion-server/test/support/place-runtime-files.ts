import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Consumer } from './install-consumer.ts'

const root = resolve(import.meta.dirname, '../../../..')

/**
 * Copies a folder of `deploy` beside the project, with the packages that the project has installed.
 *
 * @returns the path of the copy
 */
export async function placeRuntimeFiles(
  { folder }: Consumer,
  name: 'cloudflare' | 'deno' | 'bun',
): Promise<string> {
  const target = join(dirname(folder), name)
  await cp(join(root, 'deploy', name), target, { recursive: true })
  await symlink(join(folder, 'node_modules'), join(target, 'node_modules'))
  // Deno uses the installed package, which no registry has yet, if a manifest lists it.
  if (name === 'deno') await cp(join(folder, 'package.json'), join(target, 'package.json'))
  return target
}

export interface WranglerProcess {
  baseUrl: string
  stop(): Promise<void>
}

/** Runs `wrangler dev` in a folder with a `wrangler.jsonc`, until it listens. @param secrets become `.dev.vars` */
export async function startWrangler(
  folder: string,
  secrets: Readonly<Record<string, string>>,
): Promise<WranglerProcess> {
  const lines = Object.entries(secrets).map(([name, value]) => `${name}=${value}\n`)
  await writeFile(join(folder, '.dev.vars'), lines.join(''))
  const wrangler = resolve(import.meta.dirname, '../../node_modules/wrangler/bin/wrangler.js')
  const child = spawn(process.execPath, [wrangler, 'dev', '--test-scheduled', '--port=0'], {
    cwd: folder,
    env: { ...process.env, CI: 'true', WRANGLER_SEND_METRICS: 'false', NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close')
  let output = ''
  const baseUrl = await new Promise<string>((done, fail) => {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
        const [, url] = /Ready on (http:\S+)/.exec(output) ?? []
        if (url !== undefined) done(url)
      })
    void ended.then(() => fail(new Error(`wrangler ended before it listened:\n${output}`)))
  })
  return {
    baseUrl,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}
