export type JsonSchema = Record<string, unknown>

/**
 * Meanings by schema and field. Nested fields are written as `counts.read`, those of the entries of a list as
 * `errors[].pointer`; '' is the schema itself.
 */
export type SchemaDescriptions = Readonly<Record<string, Readonly<Record<string, string>>>>
