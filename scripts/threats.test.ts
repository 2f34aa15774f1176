import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const table = readFileSync(resolve(root, 'THREATS.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && line.includes('.test.ts'))
/** What the last column of each row names: a file, and perhaps the beginning of a test's name. */
const named = table.flatMap((row) => {
  const cells = row.split('|').map((cell) => cell.trim())
  return (cells.at(-2) ?? '').split(', ').map((each) => each.split(': ') as [file: string, name?: string])
})

test('every threat but what nothing stops has a test', () => {
  expect(table.length).toBeGreaterThan(20)
  expect(named.length).toBeGreaterThanOrEqual(table.length)
})

test.each(named)('%s has the test that is named: %s', (file, name) => {
  expect(existsSync(resolve(root, file))).toBe(true)
  if (name === undefined) return
  const text = readFileSync(resolve(root, file), 'utf8')
  expect(["'", '"', '`'].some((quote) => text.includes(`${quote}${name}`))).toBe(true)
})
