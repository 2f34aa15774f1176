import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const root = resolve(import.meta.dirname, '../..')
const maxOutputBytes = 16 * 2 ** 20

/** Published packages by folder. */
export const published = {
  'packages/core': '@ingestion-server/core',
  'packages/sdk': '@ingestion-server/sdk',
  'packages/ingestion-server': 'ingestion-server',
  'apps/dashboard': '@ingestion-server/dashboard',
} as const

export type PackageName = (typeof published)[keyof typeof published]

/**
 * Builds the published packages and packs them into tarballs, as a release does.
 *
 * @returns the path of each package's tarball
 * @throws Error with the output of the build that failed
 */
export async function packPackages(outDir: string): Promise<Record<PackageName, string>> {
  await mkdir(outDir, { recursive: true })
  const packed = Object.entries(published).map(async ([folder, name]) => {
    const cwd = join(root, folder)
    await run('pnpm', ['pack', '--pack-destination', outDir], cwd) // its `prepack` builds
    const { version } = JSON.parse(await readFile(join(cwd, 'package.json'), 'utf8')) as { version: string }
    const file = `${name.replace('@', '').replace('/', '-')}-${version}.tgz`
    if (!(await readdir(outDir)).includes(file)) throw new Error(`pnpm pack made no ${file} of ${folder}`)
    return [name, join(outDir, file)]
  })
  return Object.fromEntries(await Promise.all(packed)) as Record<PackageName, string>
}

async function run(program: string, args: string[], cwd: string): Promise<void> {
  await promisify(execFile)(program, args, { cwd, maxBuffer: maxOutputBytes }).catch((error: unknown) => {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${cwd} can't be packed:\n${stdout}${stderr}`, { cause: error })
  })
}
