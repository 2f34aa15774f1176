import { expect, test } from 'vitest'
import { indexSuffixSchema } from '../contract/index.ts'
import { isWriteAlias, isWriteAliasOf, writeAliasName } from './write-alias.ts'

const id = '01a20ff0-ac10-7799-a7e9-366ffbf2c06e'
const task = { id, model: 'image' }

test('a task writes through an alias whose name begins as the indices of its model do', () => {
  expect(writeAliasName(task, 7)).toBe(`image-ingest-${id}-7`)
})

test.each([`image-ingest-${id}-7`, `my-model-ingest-${id}-12`, `ingest-${id}-1`])(
  '%s is the alias of a task, as this release or an earlier one named it',
  (alias) => {
    expect(isWriteAlias(alias)).toBe(true)
    expect(isWriteAliasOf(id, alias)).toBe(true)
    expect(isWriteAliasOf(id.replace('01', '02'), alias)).toBe(false)
  },
)

test.each(['image', 'image-filtered', 'ingest-me', 'image-ingest-2026', `image-ingest-${id}`, `${id}-1`])(
  '%s is none',
  (alias) => expect(isWriteAlias(alias)).toBe(false),
)

test('no index can have the name of such an alias, and other names with the word can be used', () => {
  expect(indexSuffixSchema.safeParse(`ingest-${id}-1`).success).toBe(false)
  expect(indexSuffixSchema.safeParse(`a-ingest-${id}-1`).success).toBe(false)
  for (const suffix of ['ingest-2026', `ingest-${id}`, id]) {
    expect(indexSuffixSchema.safeParse(suffix).success).toBe(true)
  }
})
