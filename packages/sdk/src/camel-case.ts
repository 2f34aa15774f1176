/**
 * The API uses snake_case, code uses camelCase. The types below map every name of the API to its name in code,
 * and the functions do the same at run time, so that no name is defined twice.
 */
export type CamelCase<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : Name

/** A value from the wire with all keys in camelCase, at every depth. */
export type CamelCased<Value> = Value extends readonly (infer Item)[]
  ? CamelCased<Item>[]
  : Value extends object
    ? { [Key in keyof Value as Key extends string ? CamelCase<Key> : Key]: CamelCased<Value[Key]> }
    : Value

/**
 * Converts a name of the HTTP API (snake_case) to the name in code.
 *
 * @example
 * toCamelCase('index_suffix') // 'indexSuffix'
 */
export function toCamelCase(name: string): string {
  return name.replace(/_+(.?)/g, (_, letter: string) => letter.toUpperCase())
}

/**
 * Converts a name in code (camelCase) to the name of the HTTP API.
 *
 * @example
 * toSnakeCase('indexSuffix') // 'index_suffix'
 */
export function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}

/** Renames the keys of a JSON value from the wire, at every depth. Values are not touched. */
export function camelCaseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelCaseKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [toCamelCase(key), camelCaseKeys(inner)]),
  )
}

/**
 * Converts the keys of a value of this package to the names of the HTTP API, at every depth. Values are not touched.
 *
 * @example
 * ```ts
 * JSON.stringify(snakeCaseKeys(await client.tasks.get(id))) // the task as on the wire
 * ```
 */
export function snakeCaseKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snakeCaseKeys)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [toSnakeCase(key), snakeCaseKeys(inner)]),
  )
}

/** Arguments of a call with the names of the HTTP API. */
export function toWire<Value>(args: Readonly<Record<string, Value>>): Record<string, Value> {
  return snakeCaseKeys(args) as Record<string, Value> // the values are flat
}
