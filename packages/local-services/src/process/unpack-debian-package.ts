import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ServiceFailedError } from '../errors.ts'
import type { ServiceOptions } from '../service-options.ts'
import { downloadOnce } from './download-once.ts'
import { findOnPath, runCommand } from './run-command.ts'

export interface DebianPackage extends ServiceOptions {
  /** Name of the package and of its folder in the cache. */
  name: string
  /** Name of its content for messages: "PgBouncer". */
  service: string
  /** Completes the message about its download, such as its purpose. */
  purpose: string
  cacheDir: string
  env: NodeJS.ProcessEnv
}

/**
 * Downloads a Debian package with its dependencies, and unpacks it into the cache, once. Nothing is installed, and no
 * root is needed.
 *
 * @returns the folder with its `usr`
 * @throws ServiceFailedError with instructions to install it, if it can't be downloaded
 */
export async function unpackDebianPackage(source: DebianPackage): Promise<string> {
  const { name, service, cacheDir, onProgress, signal } = source
  const folder = join(cacheDir, name)
  const result = join(folder, 'usr')
  await downloadOnce({ what: service, result, download: () => download(source, folder), onProgress, signal })
  return folder
}

async function download(
  { name, service, purpose, env, onProgress, signal }: DebianPackage,
  folder: string,
): Promise<void> {
  if (findOnPath('apt-get', env) === undefined || findOnPath('dpkg-deb', env) === undefined) {
    const advice =
      process.platform === 'darwin' ? `run: brew install ${name}` : 'install it with your package manager'
    throw new ServiceFailedError(service, `there is no ${name} here; ${advice}`)
  }
  onProgress?.(`Downloading the Debian package ${name}, ${purpose}`)
  const apt = join(folder, 'apt')
  const draft = join(folder, 'draft')
  await rm(draft, { recursive: true, force: true })
  for (const part of ['lists/partial', 'archives/partial']) await mkdir(join(apt, part), { recursive: true })
  // Separate package lists and archives: needs neither root nor the system's locks.
  const options = [
    ...['-qq', '-o', `Dir::Cache=${apt}`, '-o', `Dir::State::lists=${join(apt, 'lists')}`],
    ...['-o', 'Debug::NoLocking=1', '-o', 'APT::Sandbox::User='],
  ]
  const run = (file: string, ...args: string[]) =>
    runCommand({ service, file, args, env: { ...env, LC_ALL: 'C' }, signal })
  try {
    await run('apt-get', ...options, 'update')
    const install = ['install', '--yes', '--no-install-recommends', '--download-only', name]
    await run('apt-get', ...options, ...install)
    const packages = (await readdir(join(apt, 'archives'))).filter((file) => file.endsWith('.deb'))
    for (const file of packages) await run('dpkg-deb', '-x', join(apt, 'archives', file), draft)
    await rename(join(draft, 'usr'), join(folder, 'usr'))
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const message = `the Debian package can't be downloaded (${reason}); run: sudo apt-get install --yes ${name}`
    throw new ServiceFailedError(service, message, { cause })
  } finally {
    await Promise.all([apt, draft].map((path) => rm(path, { recursive: true, force: true })))
  }
}

/** `usr/lib/x86_64-linux-gnu` of an unpacked package, or the folder of another architecture. */
export async function findLibraries(folder: string): Promise<string> {
  const lib = join(folder, 'usr', 'lib')
  const names = await readdir(lib).catch(() => [])
  return join(lib, names.find((name) => name.includes('linux-gnu')) ?? '')
}
