import type { ActionName, Task } from '@ingestion-server/sdk'
import { actionSlugs, route, type ActionSlug } from '../route.ts'

/** What a form for a new task holds, as text: the same names in the form, in the URL and after a sign-in. */
export type TaskFields = Partial<Record<(typeof fieldNames)[number], string>>

const fieldNames = [
  'model',
  'index_suffix',
  'max_failed',
  'verify',
  'verify_sample',
  /** `<model>/<suffix>` of an index that exists: one choice instead of two that depend on each other. */
  'index',
  'destination_index_suffix',
  /** `default` or `filtered`. */
  'alias',
  'allow_unfiltered',
  'allow_unverified',
  'allow_shrink',
  'allow_changed',
] as const

const filteredEnding = '-filtered'
const exceptions = ['allow_unfiltered', 'allow_unverified', 'allow_shrink', 'allow_changed'] as const

export function readFields(values: FormData | URLSearchParams): TaskFields {
  const fields: TaskFields = {}
  for (const name of fieldNames) {
    const value = values.get(name)
    if (typeof value === 'string' && value.trim() !== '') fields[name] = value.trim()
  }
  return fields
}

/** The body of `POST /task` that the fields ask for, not yet checked: what is missing is left out. */
export function toBody(slug: ActionSlug, fields: TaskFields): Record<string, unknown> {
  const chosen = splitIndex(fields.index)
  switch (slug) {
    case 'reindex':
      return defined({
        action: 'REINDEX',
        model: fields.model,
        index_suffix: fields.index_suffix,
        max_failed: toNumber(fields.max_failed, /^\d+$/),
        verify: fields.verify,
        verify_sample: toNumber(fields.verify_sample, /^\d*\.?\d+$/),
      })
    case 'filter': {
      const destination = fields.destination_index_suffix ?? chosen?.suffix
      return defined({
        action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
        model: chosen?.model,
        destination_index_suffix: destination,
        origin_index_suffix: chosen?.suffix === destination ? undefined : chosen?.suffix,
      })
    }
    case 'promote':
      return defined({
        action: 'POINT_ALIAS',
        model: chosen?.model,
        index_suffix: chosen?.suffix,
        alias: chosen && (fields.alias === 'filtered' ? `${chosen.model}${filteredEnding}` : chosen.model),
        ...Object.fromEntries(exceptions.map((name) => [name, fields[name] === 'true' ? true : undefined])),
      })
    case 'delete':
      return defined({ action: 'DELETE_INDEX', model: chosen?.model, index_suffix: chosen?.suffix })
  }
}

/** What is no number goes on as it is, so that the contract says so. */
function toNumber(text: string | undefined, pattern: RegExp): number | string | undefined {
  return text !== undefined && pattern.test(text) ? Number(text) : text
}

/** The field that shows what is wrong with a part of the body. */
export function fieldOf(slug: ActionSlug, part: string): string {
  const isChosen = part === 'model' || part === 'index_suffix' || part === 'origin_index_suffix'
  return slug !== 'reindex' && isChosen ? 'index' : part
}

/** The form of a task that is to be done once more, filled. */
export function sameAgain({ action, model, request }: Pick<Task, 'action' | 'model' | 'request'>): string {
  const text = (name: string) => {
    const value = request[name]
    return typeof value === 'string' || typeof value === 'number' || value === true ? `${value}` : undefined
  }
  const suffix = text('originIndexSuffix') ?? text('destinationIndexSuffix') ?? text('indexSuffix')
  const index = suffix === undefined ? undefined : `${model}/${suffix}`
  const fields: Record<ActionName, TaskFields> = {
    // The index that it built may be there: the same suffix would be refused.
    REINDEX: withoutUndefined({
      model,
      max_failed: text('maxFailed'),
      verify: text('verify'),
      verify_sample: text('verifySample'),
    }),
    CREATE_AND_POPULATE_FILTERED_INDEX: withoutUndefined({
      index,
      destination_index_suffix: text('originIndexSuffix') && text('destinationIndexSuffix'),
    }),
    POINT_ALIAS: withoutUndefined({
      index,
      alias: text('alias')?.endsWith(filteredEnding) ? 'filtered' : 'default',
      allow_unfiltered: text('allowUnfiltered'),
      allow_unverified: text('allowUnverified'),
      allow_shrink: text('allowShrink'),
      allow_changed: text('allowChanged'),
    }),
    DELETE_INDEX: withoutUndefined({ index }),
  }
  return route.newTaskForm(actionSlugs[action], fields[action])
}

function splitIndex(index: string | undefined): { model: string; suffix: string } | undefined {
  const slash = index?.indexOf('/') ?? -1
  if (index === undefined || slash < 1) return undefined
  return { model: index.slice(0, slash), suffix: index.slice(slash + 1) }
}

function defined(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
}

function withoutUndefined(fields: Record<string, string | undefined>): TaskFields {
  return defined(fields) // its values were text or undefined
}
