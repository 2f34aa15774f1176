import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { TestProject } from 'vitest/node'
import { buildApp } from '../../../scripts/build-app.ts'

const root = resolve(import.meta.dirname, '../../..')

/**
 * Builds the server as it is shipped, for the suites that run it in processes of its own: they start dozens, and each
 * would take seconds from the sources. Nothing of the project is above the folder, so what is missing in it is missing.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const outDir = await mkdtemp(join(tmpdir(), 'ingestion-server-built-'))
  await buildApp('server', { root, outDir })
  project.provide('builtServer', outDir)
  return () => rm(outDir, { recursive: true, force: true })
}
