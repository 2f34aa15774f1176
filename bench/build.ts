import { join } from 'node:path'
import { build } from 'tsdown'

const contestants = [
  'reindex',
  'ceiling',
  'plain',
  'pipeline',
  'verify',
  'sink',
  'load-worker',
  'save-pages',
] as const

/** Folder of the contestants as JavaScript. */
export const contestantsFolder = join(import.meta.dirname, 'dist')

/**
 * Compiles the contestants and core to JavaScript: stripping types in the measured process would take 200 MB
 * that are never freed.
 */
export async function buildContestants(): Promise<void> {
  await build({
    config: false,
    cwd: import.meta.dirname,
    entry: contestants.map((name) => join('contestants', `${name}.ts`)),
    outDir: contestantsFolder,
    platform: 'node',
    dts: false,
    logLevel: 'warn',
    deps: { alwaysBundle: [/^@ingestion-server\//, /^drizzle-orm/, /^zod/] },
  })
}
