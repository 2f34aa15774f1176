import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { findLibraries, findOnPath, unpackDebianPackage } from '@ingestion-server/local-services'

/** A program, and the variables that it needs. */
export interface Tool {
  file: string
  env: NodeJS.ProcessEnv
}

/**
 * `promtool`: an installed one, or that of Debian's package `prometheus`, which is unpacked into the cache.
 *
 * @throws ServiceFailedError saying how to install it, where it can't be downloaded
 */
export async function findPromtool(cacheDir: string): Promise<Tool> {
  const installed = findOnPath('promtool', process.env)
  if (installed !== undefined) return { file: installed, env: process.env }
  const folder = await unpackDebianPackage({
    name: 'prometheus',
    service: 'promtool',
    purpose: '25 MB, which checks the alert rules',
    cacheDir,
    env: process.env,
    onProgress: (line) => console.error(line),
  })
  return { file: join(folder, 'usr/bin/promtool'), env: process.env }
}

/**
 * `systemd-analyze`: an installed one, or that of Debian's package `systemd`, which is unpacked into the cache. Nothing
 * is installed: the package would become the init system of the machine.
 *
 * @throws ServiceFailedError as findPromtool
 */
export async function findSystemdAnalyze(cacheDir: string): Promise<Tool> {
  const installed = findOnPath('systemd-analyze', process.env)
  if (installed !== undefined) return { file: installed, env: process.env }
  const folder = await unpackDebianPackage({
    name: 'systemd',
    service: 'systemd-analyze',
    purpose: '8 MB, which checks the units',
    cacheDir,
    env: process.env,
    onProgress: (line) => console.error(line),
  })
  const libraries = await findLibraries(folder)
  const paths = [libraries, join(libraries, 'systemd')].filter((path) => existsSync(path))
  return {
    file: join(folder, 'usr/bin/systemd-analyze'),
    env: { ...process.env, LD_LIBRARY_PATH: paths.join(':') },
  }
}
