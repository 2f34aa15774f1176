import { code } from './markdown.ts'

/** The keywords of JSON Schema that the OpenAPI document uses. */
export interface Schema {
  $ref?: string
  type?: string | readonly string[]
  format?: string
  const?: unknown
  enum?: readonly unknown[]
  description?: string
  pattern?: string
  minimum?: number
  maximum?: number
  default?: unknown
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  items?: Schema
  additionalProperties?: Schema | boolean
  propertyNames?: Schema
  oneOf?: readonly Schema[]
  anyOf?: readonly Schema[]
  allOf?: readonly Schema[]
}

export interface Field {
  /** Nested fields as `counts.read`, those of the entries of a list as `errors[].path`. */
  path: string
  /** Markdown. */
  type: string
  isRequired: boolean
  description: string
}

/** The fields of an object and of the objects in it, in the order of the schema. */
export function listFields(schema: Schema, prefix = ''): Field[] {
  return alternatives(schema)
    .flatMap(({ properties = {}, required = [] }) =>
      Object.entries(properties).flatMap(([name, field]) => {
        const path = `${prefix}${name}`
        const isRequired = required.includes(name)
        const nested = alternatives(field).flatMap((each) =>
          each.items === undefined ? listFields(each, `${path}.`) : listFields(each.items, `${path}[].`),
        )
        return [
          { path, type: describeType(field), isRequired, description: field.description ?? '' },
          ...nested,
        ]
      }),
    )
    .filter(({ path }, index, all) => all.findIndex((each) => each.path === path) === index)
}

function alternatives(schema: Schema): readonly Schema[] {
  return schema.anyOf ?? schema.oneOf ?? [schema]
}

/** A type in words, with links to the headings of other schemas. */
export function describeType(schema: Schema): string {
  const { $ref, type, format, enum: values, anyOf, oneOf, items, minimum, maximum } = schema
  if ($ref !== undefined) {
    const name = $ref.slice($ref.lastIndexOf('/') + 1)
    return `[${name}](#${name.toLowerCase()})`
  }
  if ('const' in schema) return code(JSON.stringify(schema.const))
  if (values !== undefined) return values.map((value) => code(JSON.stringify(value))).join(', ')
  const choices = anyOf ?? oneOf
  if (choices !== undefined) return [...new Set(choices.map(describeType))].join(' or ')
  if (items !== undefined) return `list of ${describeType(items)}`
  const name = typeof type === 'string' ? type : (type?.join(' or ') ?? 'any')
  const limits = [
    ...(minimum === undefined ? [] : [`at least ${minimum}`]),
    ...(maximum === undefined ? [] : [`at most ${maximum}`]),
  ]
  return [format === undefined ? name : `${name} (${format})`, ...limits].join(', ')
}
