import { actionFacts, type FieldFacts } from '@ingestion-server/core'
import { indexDescriptions } from './indices.ts'
import type { JsonSchema, SchemaDescriptions } from './schema-descriptions.ts'
import { taskDescriptions } from './tasks.ts'

/** The schema of each action's request has the texts of its fields in the action's facts. */
function describeRequests(): SchemaDescriptions {
  const requests: Record<string, Record<string, string>> = {}
  for (const { requestName, description, fields } of Object.values(actionFacts)) {
    const texts: Record<string, string> = {
      model: 'Name of the model.',
      action: 'The action.',
      ...taskDescriptions.SubmissionOptions,
      '': description,
    }
    for (const [name, { help }] of Object.entries<FieldFacts>(fields)) texts[name] = toSentence(help)
    requests[requestName] = texts
  }
  return requests
}

/** The help of an option continues its name: "of the index to build", after `--suffix`. */
function toSentence(help: string): string {
  const text = help.startsWith('of ') ? `Suffix ${help}` : help
  const sentence = `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
  return sentence.replace('--verify documents', '`verify: documents`').replace(/<model>(-filtered)?/g, '`$&`')
}

const nextPage = { next_page_token: '`page_token` of the next page; null: this is the last one.' }

/** Adds the meaning of each schema and field that has none, in place. */
export function describeSchemas(schemas: Record<string, JsonSchema>): void {
  const all: SchemaDescriptions = { ...taskDescriptions, ...indexDescriptions, ...describeRequests() }
  for (const [name, schema] of Object.entries(schemas)) {
    const texts: Readonly<Record<string, string>> = { ...nextPage, ...all[name] }
    if (texts[''] !== undefined) schema['description'] ??= texts['']
    describeFields(schema, texts, '')
  }
}

/** The used keywords; schemas can be `true` too, but not here. */
interface Node {
  properties?: Record<string, JsonSchema>
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  items?: JsonSchema
}

function describeFields(schema: JsonSchema, texts: Readonly<Record<string, string>>, prefix: string): void {
  const { properties = {}, anyOf = [], oneOf = [], items }: Node = schema
  for (const [name, field] of Object.entries(properties)) {
    const path = `${prefix}${name}`
    if (texts[path] !== undefined) field['description'] ??= texts[path]
    describeFields(field, texts, `${path}.`)
  }
  for (const each of [...anyOf, ...oneOf]) describeFields(each, texts, prefix)
  if (items !== undefined) describeFields(items, texts, `${prefix.replace(/\.$/, '')}[].`)
}
