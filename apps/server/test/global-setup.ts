import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { TestProject } from 'vitest/node'

const build = resolve(import.meta.dirname, '../scripts/build.ts')

/**
 * Builds the server as it is shipped, for the suites that run it in processes of its own: they start dozens, and each
 * would take seconds from the sources. Nothing of the project is above the folder, so what is missing in it is missing.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'ingestion-server-built-'))
  await promisify(execFile)(process.execPath, [build, folder])
  project.provide('builtServer', folder)
  return () => rm(folder, { recursive: true, force: true })
}
