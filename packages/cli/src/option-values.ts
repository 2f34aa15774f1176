import { InvalidArgumentError } from '@commander-js/extra-typings'

const secondsOf = { s: 1, m: 60, min: 60, h: 3_600, d: 86_400 } as const

/** `90`, `90s`, `15m`, `2h`, `1d` as seconds. */
export function parseDuration(text: string): number {
  const [, count, unit = 's'] = /^(\d+(?:\.\d+)?)\s*(s|m|min|h|d)?$/.exec(text.trim()) ?? []
  const seconds = Number(count) * secondsOf[unit as keyof typeof secondsOf] // the pattern has no other units
  if (!(seconds > 0)) throw new InvalidArgumentError('It must be a time such as 90s, 15m or 2h.')
  return seconds
}

export function parseWholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('It must be a whole number.')
  return Number(text)
}

/** A fraction: above 0, up to 1. */
export function parseShare(text: string): number {
  const share = /^\d*\.?\d+$/.test(text) ? Number(text) : NaN
  if (!(share > 0 && share <= 1))
    throw new InvalidArgumentError('It must be a share such as 0.01, at most 1.')
  return share
}

/** A limit; `none` stays a word, as the parser of options takes null for no value. */
export function parseLimit(text: string): number | 'none' {
  return text === 'none' ? text : parseWholeNumber(text)
}

export function toLimit(value: number | 'none' | undefined): number | null | undefined {
  return value === 'none' ? null : value
}

/** The characters of an id; the server checks the rest. */
export function parseId(text: string): string {
  if (!/^[\w-]+$/.test(text)) throw new InvalidArgumentError('It is not a valid id.')
  return text
}

/** A name that can be a part of a URL; the server checks the rest. */
export function parseName(text: string): string {
  if (/^\.{0,2}$/.test(text)) throw new InvalidArgumentError('It is not a valid name.')
  return text
}
