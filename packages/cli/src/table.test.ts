import { expect, test } from 'vitest'
import { formatTable } from './table.ts'

test('cells are aligned, numbers to the right, and no line ends in spaces', () => {
  expect(
    formatTable([
      ['INDEX', 'DOCUMENTS', 'ALIAS'],
      ['image-20231106', 1_234_567, ''],
      ['audio-a', 9, 'audio'],
    ]),
  ).toEqual([
    'INDEX           DOCUMENTS  ALIAS',
    'image-20231106  1,234,567',
    'audio-a                 9  audio',
  ])
})

test('a line break in a cell does not break the table', () => {
  expect(formatTable([['a\nb', 'c']])).toEqual(['a b  c'])
})

test('columns stand below each other with wide, combined and invisible characters too', () => {
  expect(
    formatTable([
      ['林 美玲', '|'],
      ['e\u0301lise', '|'],
      ['🦊', '|'],
    ]),
  ).toEqual(['林 美玲  |', 'e\u0301lise    |', '🦊       |'])
})
