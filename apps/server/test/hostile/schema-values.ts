import fc from 'fast-check'

type Schema = Record<string, unknown>

/** Values that match a JSON schema, for the keywords that the OpenAPI document uses. */
export function valuesOf(schema: Schema, root: Schema, depth = 0): fc.Arbitrary<unknown> {
  const inner = (each: unknown) => valuesOf(each as Schema, root, depth + 1)
  const { $ref, enum: members, type } = schema
  if (typeof $ref === 'string') return inner(resolve($ref, root))
  if ('const' in schema) return fc.constant(schema['const'])
  if (Array.isArray(members)) return fc.constantFrom(...(members as unknown[]))
  const choices = (schema['anyOf'] ?? schema['oneOf']) as unknown[] | undefined
  if (choices) return fc.oneof(...choices.map(inner))
  if (Array.isArray(type)) return fc.oneof(...type.map((each) => inner({ ...schema, type: each as unknown })))
  switch (type) {
    case 'object':
      return objectsOf(schema, inner)
    case 'array':
      return fc.array(inner(schema['items'] ?? { type: 'string' }), {
        minLength: numberOr(schema['minItems'], 0),
        maxLength: numberOr(schema['maxItems'], 4),
      })
    case 'integer':
    case 'number':
      return fc.integer({
        min: Math.max(numberOr(schema['minimum'], numberOr(schema['exclusiveMinimum'], -2) + 1), -(2 ** 31)),
        max: Math.min(numberOr(schema['maximum'], 2 ** 31 - 1), 2 ** 31 - 1),
      })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return stringsOf(schema)
  }
}

function objectsOf(schema: Schema, inner: (schema: unknown) => fc.Arbitrary<unknown>) {
  const properties = Object.entries((schema['properties'] ?? {}) as Schema)
  const required = (schema['required'] ?? []) as string[]
  return fc.record(Object.fromEntries(properties.map(([name, each]) => [name, inner(each)])), {
    requiredKeys: required.filter((name) => properties.some(([each]) => each === name)),
    noNullPrototype: true,
  })
}

function stringsOf(schema: Schema): fc.Arbitrary<string> {
  if (schema['format'] === 'uuid') return fc.uuid()
  if (schema['format'] === 'date-time') {
    const [min, max] = [new Date('2000-01-01'), new Date('2100-01-01')]
    return fc.date({ min, max, noInvalidDate: true }).map((date) => date.toISOString())
  }
  if (schema['format'] === 'uri') return fc.webUrl()
  if (typeof schema['pattern'] === 'string') return fromPattern(schema['pattern'])
  const minLength = numberOr(schema['minLength'], 0)
  return fc.string({
    minLength,
    maxLength: Math.max(minLength, Math.min(numberOr(schema['maxLength'], 20), 20)),
  })
}

/** For a pattern that fast-check can't generate (lookarounds), a plain word is used if it matches. */
function fromPattern(pattern: string): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern), { size: '-1' })
  } catch {
    return fc.stringMatching(/^[a-z0-9]{1,12}$/)
  }
}

function resolve(ref: string, root: Schema): Schema {
  const keys = ref.slice(2).split('/')
  return keys.reduce<Schema>((found, key) => found[key] as Schema, root)
}

const numberOr = (value: unknown, otherwise: number) => (typeof value === 'number' ? value : otherwise)
