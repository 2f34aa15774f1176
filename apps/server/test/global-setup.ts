import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { TestProject } from 'vitest/node'
import { buildApp } from '../../../scripts/build-app.ts'

const root = resolve(import.meta.dirname, '../../..')

/**
 * Builds the server for production, for the suites that run it in separate processes: they start dozens of them, and
 * from the sources each start would take seconds. The folder is outside the project, so a missing file is noticed.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const outDir = await mkdtemp(join(tmpdir(), 'ingestion-server-built-'))
  await buildApp('server', { root, outDir })
  project.provide('builtServer', outDir)
  return () => rm(outDir, { recursive: true, force: true })
}
