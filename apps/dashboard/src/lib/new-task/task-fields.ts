import {
  actionFacts,
  type ActionFacts,
  type FieldFacts,
  type FieldKind,
} from '@ingestion-server/core/actions'
import type { Task } from '@ingestion-server/sdk'
import { filteredEnding } from '../filtered-ending.ts'
import { route, type ActionSlug } from '../route.ts'
import { toCamelCase } from '../wire-names.ts'
import { factsBySlug } from './action-facts.ts'
import { withFiltered, type FieldName } from './field-name.ts'

/** Fields of a form for a new task, as text: the same names in the form, in the URL and after a sign-in. */
export type TaskFields = Partial<Record<FieldName, string>>

const names = new Set([
  'model',
  'index',
  ...Object.values(actionFacts).flatMap(({ fields }) => Object.keys(fields)),
])
const isFieldName = (name: string): name is FieldName => names.has(name)
const fieldNames = [...names].filter(isFieldName)

export function readFields(values: FormData | URLSearchParams): TaskFields {
  const fields: TaskFields = {}
  for (const name of fieldNames) {
    const value = values.get(name)
    if (typeof value === 'string' && value.trim() !== '') fields[name] = value.trim()
  }
  return fields
}

/** The body of `POST /task` from the fields, not yet validated: missing fields are omitted. */
export function toBody(slug: ActionSlug, fields: TaskFields): Record<string, unknown> {
  const facts = factsBySlug[slug]
  const chosen = splitIndex(fields.index)
  const body: Record<string, unknown> = {
    action: facts.name,
    model: choosesIndex(facts) ? chosen?.model : fields.model,
  }
  for (const { name, kind, isRequired } of fieldsOf(facts)) {
    if (name === withFiltered) continue
    body[name] = readField(fields[name], kind, chosen) ?? (isRequired ? chosen?.suffix : undefined)
  }
  if (fields.alias === 'both') body[withFiltered] = true
  else delete body['filtered_index_suffix']
  // A filtered index is named after its source unless the form names another suffix.
  if (body['origin_index_suffix'] === body['destination_index_suffix']) delete body['origin_index_suffix']
  return defined(body)
}

function readField(text: string | undefined, kind: FieldKind, chosen: ChosenIndex | undefined): unknown {
  switch (kind) {
    case 'suffix':
      return chosen?.suffix
    case 'alias':
      return chosen && (text === 'filtered' ? `${chosen.model}${filteredEnding}` : chosen.model)
    case 'count':
      return toNumber(text, /^\d+$/)
    case 'share':
      return toNumber(text, /^\d*\.?\d+$/)
    case 'flag':
      return text === 'true' ? true : undefined
    default:
      return text
  }
}

type Fields = Pick<ActionFacts, 'fields'>

/** The fields of an action's request, in order. */
export function fieldsOf({ fields }: Fields): ({ name: FieldName } & FieldFacts)[] {
  return Object.entries(fields).flatMap(([name, facts]) => (isFieldName(name) ? [{ name, ...facts }] : []))
}

/** Whether the form offers existing indices instead of a model and a suffix. */
function choosesIndex({ fields }: Fields): boolean {
  return Object.values(fields).some(({ kind }) => kind === 'suffix')
}

/** Text that is not a number is passed on, so that the contract reports it. */
function toNumber(text: string | undefined, pattern: RegExp): number | string | undefined {
  return text !== undefined && pattern.test(text) ? Number(text) : text
}

/** The field that shows the error of a part of the body. */
export function fieldOf(slug: ActionSlug, part: string): string {
  const facts = factsBySlug[slug]
  const kind = fieldsOf(facts).find(({ name }) => name === part)?.kind
  return choosesIndex(facts) && (part === 'model' || kind === 'suffix') ? 'index' : part
}

/**
 * URL of the form of a new task, filled with the values of this one.
 *
 * @param changes fields with other values
 * @returns null for an unknown action, such as one of a newer server
 */
export function runAgainUrl(
  { action, model, request }: Pick<Task, 'action' | 'model' | 'request'>,
  changes: TaskFields = {},
): string | null {
  if (!Object.hasOwn(actionFacts, action)) return null
  const facts = actionFacts[action]
  const text = (name: string) => {
    const value = request[toCamelCase(name)]
    return typeof value === 'string' || typeof value === 'number' || value === true ? `${value}` : undefined
  }
  const named = fieldsOf(facts)
  const ofKind = (wanted: FieldKind) =>
    named.flatMap(({ name, kind }) => (kind === wanted ? [text(name)] : [])).find(Boolean)
  const fields: Record<string, string | undefined> = {}
  const chosen = ofKind('suffix') ?? ofKind('new suffix')
  if (!choosesIndex(facts)) fields['model'] = model
  else fields['index'] = chosen && `${model}/${chosen}`
  for (const { name, kind } of named) {
    // The index that the task built may exist, so the same suffix would be refused, unless the source has another
    // suffix. Whether both aliases move is part of the choice of the alias.
    if (
      name === withFiltered ||
      kind === 'suffix' ||
      (kind === 'new suffix' && ofKind('suffix') === undefined)
    )
      continue
    const value = text(name)
    fields[name] = kind === 'alias' ? aliasChoice(value, request['withFiltered'] === true) : value
  }
  return route.newTaskForm(facts.command, { ...fields, ...changes })
}

function aliasChoice(alias: string | undefined, withFiltered: boolean): 'both' | 'filtered' | 'default' {
  if (withFiltered) return 'both'
  return alias?.endsWith(filteredEnding) ? 'filtered' : 'default'
}

/**
 * The value of a form's field `index`.
 *
 * @returns undefined if the name is not that of an index of the model
 */
export function toIndexField(model: string, name: string | null): string | undefined {
  return name?.startsWith(`${model}-`) ? `${model}/${name.slice(model.length + 1)}` : undefined
}

interface ChosenIndex {
  model: string
  suffix: string
}

function splitIndex(index: string | undefined): ChosenIndex | undefined {
  const slash = index?.indexOf('/') ?? -1
  if (index === undefined || slash < 1) return undefined
  return { model: index.slice(0, slash), suffix: index.slice(slash + 1) }
}

function defined(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
}
