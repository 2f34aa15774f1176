import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compareLists } from './compare-range.ts'

const documents = fc.uniqueArray(
  fc.record({ id: fc.bigInt({ min: -20n, max: 20n }), mature: fc.boolean(), isNew: fc.boolean() }),
  {
    selector: ({ id }) => id,
  },
)

test('names exactly the ids that are on one side only, mature on one side only, or of a new row', () => {
  fc.assert(
    fc.property(documents, documents, (expected, found) => {
      const left = new Map(expected.map(({ id, mature }) => [id, mature]))
      const right = new Map(found.map(({ id, mature }) => [id, mature]))
      const newIds = new Set(expected.filter(({ isNew }) => isNew).map(({ id }) => id))
      const differing = [...new Set([...left.keys(), ...right.keys()])].filter(
        (id) => left.get(id) !== right.get(id) || newIds.has(id),
      )
      const keys = compareLists(
        expected,
        found.map((document) => ({ ...document, key: String(document.id) })),
      )
      expect(keys.sort()).toEqual(differing.map(String).sort())
    }),
  )
})

test('a document under a key that is not its id is named by its key, and its row counts as missing', () => {
  const found = [{ key: 'planted', id: 1n, mature: false }]
  expect(compareLists([{ id: 1n, mature: false, isNew: false }], found)).toEqual(['planted', '1'])
})
