import { isVisible } from '@ingestion-server/core'
import type { Context } from 'hono'
import { InvalidRequestError } from './request-errors.ts'

const maxLength = 255

/**
 * The user on whose behalf a call is made: `Ingestion-Actor`, percent-encoded where it isn't ASCII. Invalid
 * percent-encoding is taken literally.
 *
 * @returns null when the header is absent
 * @throws InvalidRequestError
 */
export function readActor(c: Context): string | null {
  const header = c.req.header('Ingestion-Actor')
  if (header === undefined) return null
  const actor = decode(header).trim()
  // It appears in logs and lists.
  if (actor !== '' && actor.length <= maxLength && isVisible(actor)) return actor
  const detail = `must be a name of 1 to ${maxLength} characters, none of them invisible, percent-encoded where they are not ASCII`
  throw new InvalidRequestError([{ pointer: '/header/Ingestion-Actor', detail }])
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
