import { expect, test } from 'vitest'
import { code, replaceParts, toTable } from './markdown.ts'

const page = 'Before\n\n<!-- generated: a -->\n\nold\n\n<!-- end of generated -->\n\nAfter\n'

test('replaces the generated part, and nothing else', () => {
  expect(replaceParts(page, { a: 'new' })).toBe(page.replace('old', 'new'))
})

test('refuses a page without a part that is generated, and one with a part that is not', () => {
  expect(() => replaceParts(page, { a: '', b: '' })).toThrow('the page has no part b')
  expect(() => replaceParts(page, {})).toThrow('nothing generates the part a')
  expect(() => replaceParts('<!-- generated: a -->', { a: '' })).toThrow('the part a has no end')
})

test('a cell of a table has no line break and no bar of its own', () => {
  const rows = [['x', 'a\n  b | c', '']]
  expect(toTable(['p', 'q', 'empty'], rows)).toBe('| p | q |\n| --- | --- |\n| x | a b \\| c |')
})

test('code may have backquotes', () => {
  expect([code('a'), code('a`b')]).toEqual(['`a`', '`` a`b ``'])
})
