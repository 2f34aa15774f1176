import { createHash } from 'node:crypto'
import { copyFile, cp, glob, readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { waitForFolder } from '@ingestion-server/local-services/lock-folder'
import { createBuilder } from 'vite'
import { createNotices } from '../../../scripts/pack/third-party-notices.ts'

/**
 * Builds the dashboard into `build`, unless it was built from the same files already. Vite reads its configuration
 * from the working directory, which has to be this package.
 */
const packageDir = resolve(import.meta.dirname, '..')
const root = resolve(packageDir, '../..')
const stamp = join(packageDir, 'build', '.inputs')

const inputs = [
  'pnpm-lock.yaml',
  'apps/dashboard/{package.json,vite.config.ts,host.js,host/**}',
  'apps/dashboard/{src,static,scripts}/**',
  'packages/core/src/**',
  'packages/sdk/src/**',
  'scripts/pack/third-party-notices.ts',
]

// Suites that run side by side need it, and each starts this.
const lock = await waitForFolder(join(packageDir, 'node_modules', '.build'))
try {
  const hash = await hashInputs()
  if ((await readFile(stamp, 'utf8').catch(() => '')) !== hash) await build(hash)
} finally {
  await lock.release()
}

async function build(hash: string): Promise<void> {
  // Vitest sets it to `test`, which would change the build.
  process.env['NODE_ENV'] = 'production'
  process.chdir(packageDir)
  const notices = createNotices()
  const builder = await createBuilder({ root: packageDir, logLevel: 'warn', plugins: [notices.plugin] })
  await builder.buildApp()
  await copyFile(join(packageDir, 'host.js'), join(packageDir, 'build', 'index.js'))
  await cp(join(packageDir, 'host'), join(packageDir, 'build', 'host'), { recursive: true })
  await notices.write(join(packageDir, 'build'))
  // The typeface may be passed on only with its license.
  const license = join(packageDir, 'node_modules/@fontsource-variable/inter/LICENSE')
  await copyFile(license, join(packageDir, 'build', 'client', 'inter-license.txt'))
  await writeFile(stamp, hash)
}

async function hashInputs(): Promise<string> {
  const files: string[] = []
  for (const pattern of inputs) {
    for await (const entry of glob(pattern, { cwd: root, withFileTypes: true })) {
      if (entry.isFile()) files.push(join(entry.parentPath, entry.name))
    }
  }
  const sum = createHash('sha256').update(process.version)
  for (const file of files.sort()) sum.update(file.slice(root.length)).update(await readFile(file))
  return sum.digest('hex')
}
