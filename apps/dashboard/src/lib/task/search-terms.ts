import { readDateRange } from './date-range.ts'

/** Keys of the search box, in the order in which they are named to the user. */
export const searchKeys = ['status', 'model', 'action', 'code', 'index', 'by', 'after', 'before'] as const
export type SearchKey = (typeof searchKeys)[number]

/**
 * A text with other values of one key.
 *
 * @param value null: without the key
 * @example
 * setTerm('status:failed model:image', 'status', null) // model:image
 */
export function setTerm(text: string, key: SearchKey, value: string | null): string {
  const others = readTerms(text).filter((term) => term.key !== key)
  const term = value === null ? [] : [`${key}:${quote(value)}`]
  return [...others.map(({ source }) => source), ...term].join(' ')
}

interface Term {
  /** Lower case; null: a word. */
  key: string | null
  value: string
  isQuoted: boolean
  source: string
}

/** The terms of the search box's text. */
export function readTerms(text: string): Term[] {
  return [...text.matchAll(/(?:([a-z_]+):)?(?:"([^"]*)"?|(\S+))|([a-z_]+):/gi)].map(
    ([source, key, quoted, bare, lonely]): Term => {
      const name = key ?? lonely ?? (/^[a-z_]+:$/i.test(source) ? source.slice(0, -1) : undefined)
      if (key === undefined && name !== undefined)
        return { key: name.toLowerCase(), value: '', isQuoted: false, source }
      const value = (quoted ?? bare ?? '').trim()
      return { key: name?.toLowerCase() ?? null, value, isQuoted: quoted !== undefined, source }
    },
  )
}

/** The value as it is written in the box. */
export const quote = (value: string) =>
  /^[^\s",:]+$/.test(value) && readDateRange(value) === null ? value : `"${value.replaceAll('"', '')}"`
