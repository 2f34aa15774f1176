import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JsonBytes } from './json-bytes.ts'
import { writeTags } from './tags.ts'

/** JSON as Postgres writes jsonb: a space after each comma and colon. */
function toJsonb(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(toJsonb).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${toJsonb(member)}`)
  return `{${members.join(', ')}}`
}

function tagsOf(json: string): unknown {
  const to = new JsonBytes(1)
  const written = writeTags(new TextEncoder().encode(json), to)
  const hasWritten = written === true || written === 'partly'
  if (!hasWritten) expect(to.length).toBe(0)
  return hasWritten ? JSON.parse(new TextDecoder().decode(to.bytes.subarray(0, to.length))) : undefined
}

/** The expected tags of a list, by definition. */
function expectedTags(list: readonly unknown[]): unknown {
  const isObject = (entry: unknown): entry is Record<string, unknown> =>
    typeof entry === 'object' && entry !== null && !Array.isArray(entry)
  const tags = list.filter(isObject).flatMap(({ name = null, accuracy = null }) => {
    if (name === null) return []
    return [accuracy === null ? { name } : { name, accuracy }]
  })
  return tags.length > 0 ? tags : undefined
}

const text = fc.string({ unit: 'binary' })
const scalar = fc.oneof(
  text,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
)
const plainTag = fc.record(
  {
    name: fc.oneof(text, scalar),
    accuracy: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), scalar),
    provider: text,
  },
  { requiredKeys: [] },
)
const oddTag = fc.oneof(
  plainTag,
  scalar,
  fc.record({ name: fc.jsonValue(), accuracy: fc.jsonValue() }),
  fc.jsonValue(),
)

test.each([
  ['plain tags', fc.array(plainTag)],
  ['anything', fc.array(oddTag)],
])('%s give the name and the accuracy of each that has a name', (_, lists) => {
  fc.assert(
    fc.property(lists, (list) => {
      const plain = JSON.parse(JSON.stringify(list)) as unknown[]
      expect(tagsOf(toJsonb(plain))).toStrictEqual(expectedTags(plain))
      expect(tagsOf(JSON.stringify(plain))).toStrictEqual(expectedTags(plain))
    }),
  )
})

test.each([
  ['[{"name": "a", "accuracy": 1', 'an end in the middle'],
  ['[{"name": "a"}] x', 'something behind'],
  ['[{"name": "a" "b": 1}]', 'no comma'],
  ['[{"name": ', 'no value'],
])('%s: nothing is written for %s', (json) => {
  expect(tagsOf(json)).toBeUndefined()
})

test('a number beyond all numbers is left out, however it is written', () => {
  const digits = `1${'0'.repeat(400)}`
  expect(tagsOf(`[{"name": "a", "accuracy": ${digits}}, {"name": ${digits}}]`)).toStrictEqual([{ name: 'a' }])
})

test.each([
  ['[{"name":9007199254740993,"accuracy":1},"x"]', '[{"name":9007199254740993,"accuracy":1}]'],
  ['[{"name": 123456789012345678901234567890.50}, {}, "x"]', '[{"name":123456789012345678901234567890.50}]'],
  ['[{"name": [9007199254740993,\n "a b"]}]', '[{"name":[9007199254740993,"a b"]}]'],
])('numbers keep all their digits whatever is beside them: %s', (json, written) => {
  const to = new JsonBytes(1)
  writeTags(new TextEncoder().encode(json), to)
  expect(new TextDecoder().decode(to.bytes.subarray(0, to.length))).toBe(written)
})

/** JSON as a json column keeps it: with the original white space and escapes. */
const space = fc.string({ unit: fc.constantFrom(' ', '\n', '\t', '\r'), maxLength: 3 })
const spacedTags = fc.array(fc.tuple(fc.oneof(plainTag, oddTag), fc.infiniteStream(space))).map((tags) => {
  const list = tags.map(([tag]) => tag)
  const spaces = tags.flatMap(([, stream]) => Array.from(stream.take(50)))
  let next = 0
  const some = () => spaces[next++ % Math.max(spaces.length, 1)] ?? ' '
  const write = (value: unknown): string => {
    if (Array.isArray(value)) return `${some()}[${value.map(write).join(',')}${some()}]${some()}`
    if (typeof value !== 'object' || value === null)
      return `${some()}${escape(JSON.stringify(value))}${some()}`
    const members = Object.entries(value).map(
      ([key, member]) => `${some()}${escape(JSON.stringify(key))}${some()}:${write(member)}`,
    )
    return `${some()}{${members.join(',')}${some()}}${some()}`
  }
  return [write(JSON.parse(JSON.stringify(list))), JSON.parse(JSON.stringify(list)) as unknown[]] as const
})
const escape = (json: string) => (json.startsWith('"') ? json.replaceAll('a', String.raw`\u0061`) : json)

test('white space and escapes change nothing, and no white space between tokens is written', () => {
  fc.assert(
    fc.property(spacedTags, ([json, list]) => {
      expect(tagsOf(json)).toStrictEqual(expectedTags(list))
      const to = new JsonBytes(1)
      writeTags(new TextEncoder().encode(json), to)
      expect(to.bytes.subarray(0, to.length)).not.toContain(0x0a)
    }),
  )
})

test('of members with the same name the last counts', () => {
  expect(tagsOf('[{"name": "a", "name": "b"}, {"name": "c", "name": null}]')).toStrictEqual([{ name: 'b' }])
})
