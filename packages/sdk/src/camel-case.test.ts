import type {
  AliasMove,
  Build,
  FailedDocument,
  Shard,
  Task,
  TaskFilter,
  TaskRequest,
} from '@ingestion-server/core/contract'
import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { camelCaseKeys, snakeCaseKeys, toCamelCase, toSnakeCase, type CamelCase } from './camel-case.ts'

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/)
const wireName = fc.array(word, { minLength: 1, maxLength: 5 }).map((words) => words.join('_'))

/** The reverse mapping, only to show that no two names of the contract collide. */
type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : Name
type RoundTrip<Name extends string> = { [Key in Name]: SnakeCase<CamelCase<Key>> }
type Identity<Name extends string> = { [Key in Name]: Key }
type KeysOf<Union> = Union extends unknown ? keyof Union & string : never

describe('names', () => {
  test('are unchanged after conversion to camelCase and back', () => {
    fc.assert(fc.property(wireName, (name) => void expect(toSnakeCase(toCamelCase(name))).toBe(name)))
  })

  test('have no underscore, and the same letters', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z_]{0,20}$/), (name) => {
        expect(toCamelCase(name)).not.toContain('_')
        expect(toCamelCase(name).toLowerCase()).toBe(name.replaceAll('_', ''))
      }),
    )
  })

  test('are the same in types and at runtime', () => {
    const names = {
      index_suffix: 'indexSuffix',
      destination_index_suffix: 'destinationIndexSuffix',
      removed_from_source: 'removedFromSource',
      model: 'model',
      a__b: 'aB',
      _x: 'X',
      x_: 'x',
    } as const satisfies { [Name in string]: string }
    type Names = typeof names
    expectTypeOf<{ -readonly [Name in keyof Names]: CamelCase<Name> }>().toEqualTypeOf<{
      -readonly [Name in keyof Names]: Names[Name]
    }>()
    for (const [wire, code] of Object.entries(names)) expect(toCamelCase(wire)).toBe(code)
  })

  test('of the contract all convert back', () => {
    type Names =
      | KeysOf<TaskRequest>
      | KeysOf<Task>
      | KeysOf<Task['counts']>
      | KeysOf<TaskFilter>
      | KeysOf<FailedDocument>
      | KeysOf<AliasMove>
      | KeysOf<Build>
      | KeysOf<Shard>
    expectTypeOf<RoundTrip<Names>>().toEqualTypeOf<Identity<Names>>()
  })
})

describe('keys', () => {
  test('of any JSON are renamed at every depth, and values are unchanged', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const renamed = camelCaseKeys({ outer_key: [{ inner_key: json }] })
        expect(renamed).toEqual({ outerKey: [{ innerKey: camelCaseKeys(json) }] })
      }),
    )
    expect(camelCaseKeys({ phase: 'catching_up', none: null, list: ['a_b', 1] })).toEqual({
      phase: 'catching_up',
      none: null,
      list: ['a_b', 1],
    })
  })

  test('named __proto__ stay keys and change no prototype', () => {
    const renamed = camelCaseKeys(JSON.parse('{"__proto__": {"polluted": true}}'))
    expect(Object.getPrototypeOf(renamed)).toBe(Object.prototype)
    expect(renamed).not.toHaveProperty('polluted')
  })

  test('of names of the wire convert back, at every depth', () => {
    fc.assert(
      fc.property(fc.dictionary(wireName, fc.string()), (wire) => {
        expect(snakeCaseKeys(camelCaseKeys(wire))).toEqual(wire)
        expect(snakeCaseKeys({ outerKey: [camelCaseKeys(wire)] })).toEqual({ outer_key: [wire] })
      }),
    )
  })
})
