import { execFile } from 'node:child_process'
import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { packPackages, type PackageName } from '../../../../scripts/pack/pack-packages.ts'

export interface Consumer {
  /** A project outside the workspace that has the packages installed. */
  folder: string
  tarballs: Record<PackageName, string>
}

/**
 * Packs the packages and installs them with npm, as a user does, in a new project with the files of test/consumer.
 *
 * @param root an empty folder for all of it
 */
export async function installConsumer(root: string): Promise<Consumer> {
  const folder = join(root, 'project')
  await mkdir(folder)
  const tarballs = await packPackages(join(root, 'tarballs'))
  await cp(resolve(import.meta.dirname, '../consumer'), folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n')
  // By default npm waits 5 min for a response that doesn't come before it asks again.
  const options = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error', '--fetch-timeout=30000']
  await promisify(execFile)('npm', ['install', ...options, ...Object.values(tarballs), '@types/node@24'], {
    cwd: folder,
    // npm hands its settings down in variables, such as those of the run that started these tests.
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('npm_'))),
  })
  return { folder, tarballs }
}
