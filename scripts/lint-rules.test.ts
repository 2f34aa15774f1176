import { resolve } from 'node:path'
import { ESLint, Linter } from 'eslint'
import { expect, test } from 'vitest'

const eslint = new ESLint({ cwd: resolve(import.meta.dirname, '..') })

/** Whether the configuration of the repository lets a file import this. */
async function mayImport(file: string, specifier: string): Promise<boolean> {
  const { rules } = (await eslint.calculateConfigForFile(file)) as Linter.Config
  const rule = rules?.['no-restricted-imports'] ?? 'off'
  const found = new Linter().verify(`import '${specifier}'`, [{ rules: { 'no-restricted-imports': rule } }])
  return found.length === 0
}

test.each([
  ['packages/cli/test/cli.test.ts', '../../core/test/support/harness.ts'],
  ['packages/cli/test/support/cli-process.ts', '../../../core/test/support/harness.ts'],
  ['packages/cli/src/watch-tasks.test.ts', '../../core/test/support/harness.ts'],
  ['packages/core/src/tasks/rates.test.ts', '../../../../apps/server/test/support/collect-lines.ts'],
  ['apps/server/test/main.test.ts', '../../../packages/core/test/support/harness.ts'],
  ['faults/test/oracle.test.ts', '../../packages/core/test/support/harness.ts'],
  ['scripts/threats.test.ts', '../deploy/test/chart.test.ts'],
])('%s may not import %s', async (file, specifier) => {
  expect(await mayImport(file, specifier)).toBe(false)
})

test.each([
  ['packages/cli/test/cli.test.ts', './support/cli-process.ts'],
  ['packages/core/src/tasks/rates.test.ts', '../../test/support/harness.ts'],
  ['packages/core/test/reindex/ranges.test.ts', '../support/harness.ts'],
  ['faults/test/oracle.test.ts', '../rounds/catalog.ts'],
  ['packages/cli/test/cli.test.ts', '@ingestion-server/core/testing/harness.ts'],
])('%s may import %s', async (file, specifier) => {
  expect(await mayImport(file, specifier)).toBe(true)
})
