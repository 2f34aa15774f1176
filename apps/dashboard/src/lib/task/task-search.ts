import { actionFacts } from '@ingestion-server/core/actions'
import type { ActionName, TaskMatch, TaskStatus } from '@ingestion-server/sdk'
import { statusWords } from '../task-words.ts'
import { readDateRange, type DateRange } from './date-range.ts'
import { readTerms, searchKeys, type SearchKey } from './search-terms.ts'

export interface TaskSearch {
  match: Omit<TaskMatch, 'status'>
  /** Empty: the text names none. */
  statuses: TaskStatus[]
  /** What was not understood, as sentences: these terms filter nothing. */
  problems: string[]
}

/** Maximum length of the words that are not `key:value`, characters. The server refuses longer ones. */
const maxTextLength = 200

/**
 * Reads the text of the search box: `status:failed model:image 2026-11 text`. Values of one key are alternatives,
 * separated by commas or by repeating the key; quotation marks keep spaces and colons.
 */
export function parseTaskSearch(text: string): TaskSearch {
  const values = new Map<SearchKey, string[]>()
  const words: string[] = []
  const problems: string[] = []
  const ranges: DateRange[] = []
  for (const { key, value, isQuoted } of readTerms(text)) {
    if (key === null) {
      const range = isQuoted ? null : readDateRange(value)
      if (range !== null) ranges.push(range)
      else words.push(value)
    } else if (!isSearchKey(key)) {
      problems.push(
        `There is no filter “${key}:”. Filters are ${searchKeys.map((each) => `${each}:`).join(', ')}; quotation marks keep a colon in a text.`,
      )
    } else if (value === '') {
      problems.push(`“${key}:” has no value.`)
    } else {
      const parts = isQuoted ? [value] : value.split(',').filter(Boolean)
      values.set(key, [...(values.get(key) ?? []), ...parts])
    }
  }
  for (const edge of ['after', 'before'] as const) {
    for (const value of values.get(edge) ?? []) {
      const range = readDateRange(value)
      if (range === null) problems.push(`“${edge}:${value}” is not a date such as 2026-11 or 2026-11-28.`)
      else ranges.push(edge === 'after' ? { after: range.after } : { before: range.after })
    }
  }
  const only = (key: SearchKey) => {
    const [first, ...others] = values.get(key) ?? []
    if (others.length > 0) problems.push(`Only one value of “${key}:” is used, “${first}”.`)
    return first
  }
  const choose = <Value>(key: SearchKey, find: (value: string) => Value | undefined, known: string[]) =>
    (values.get(key) ?? []).flatMap((value) => {
      const found = find(value.toLowerCase())
      if (found === undefined) problems.push(`“${key}:${value}” is none of ${known.join(', ')}.`)
      return found === undefined ? [] : [found]
    })
  const statuses = choose('status', (value) => statusNames.find((name) => name === value), statusNames)
  const action = choose('action', findAction, commands)
  const q = words.join(' ')
  if (q.length > maxTextLength) problems.push(`Only the first ${maxTextLength} characters are searched.`)
  return {
    match: {
      q: q.slice(0, maxTextLength) || undefined,
      model: values.get('model'),
      action: action.length > 0 ? action : undefined,
      errorCode: values.get('code'),
      index: only('index'),
      requestedBy: only('by'),
      createdAfter: ranges
        .flatMap(({ after }) => after ?? [])
        .sort()
        .at(-1),
      createdBefore: ranges
        .flatMap(({ before }) => before ?? [])
        .sort()
        .at(0),
    },
    statuses,
    problems,
  }
}

const isSearchKey = (key: string): key is SearchKey => searchKeys.some((each) => each === key)

const statusNames = Object.keys(statusWords) as TaskStatus[]
const commands: string[] = Object.values(actionFacts).map(({ command }) => command)

/** By the command (`filter`), or by the wire name. */
function findAction(text: string): ActionName | undefined {
  return Object.values(actionFacts).find(
    ({ command, name }) => text === command || text === name.toLowerCase(),
  )?.name
}
