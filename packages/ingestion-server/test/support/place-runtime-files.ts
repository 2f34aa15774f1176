import { cp, symlink, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { runProcess, type RunningProcess } from '@ingestion-server/core/testing/run-process.ts'
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

/** Runs `wrangler dev` in a folder with a `wrangler.jsonc`, until it listens. @param secrets become `.dev.vars` */
export async function startWrangler(
  folder: string,
  secrets: Readonly<Record<string, string>>,
): Promise<RunningProcess> {
  const lines = Object.entries(secrets).map(([name, value]) => `${name}=${value}\n`)
  await writeFile(join(folder, '.dev.vars'), lines.join(''))
  const wrangler = resolve(import.meta.dirname, '../../node_modules/wrangler/bin/wrangler.js')
  return runProcess({
    program: process.execPath,
    args: [wrangler, 'dev', '--test-scheduled', '--port=0'],
    cwd: folder,
    env: { ...process.env, CI: 'true', WRANGLER_SEND_METRICS: 'false', NO_COLOR: '1' },
  })
}
