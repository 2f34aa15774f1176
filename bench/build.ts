import { join } from 'node:path'
import { build } from 'tsdown'

const contestants = [
  'ours',
  'ceiling',
  'plain',
  'pipeline',
  'verify',
  'sink',
  'load-worker',
  'save-pages',
] as const

/** Where the contestants are as JavaScript. */
export const contestantsFolder = join(import.meta.dirname, 'dist')

/**
 * Makes JavaScript of the contestants and of core: to strip its types in the measured process would take 200 MB
 * that are never given back.
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
