import type { Scope } from '@ingestion-server/core'
import type { z } from 'zod'
import type { SchemaName } from './schemas.ts'

/** Input and output of a route; the document is generated from these. */
export interface Operation {
  method: 'get' | 'post' | 'patch' | 'delete'
  /** As in OpenAPI: `/task/{id}`. */
  path: string
  /** Its name in generated clients. */
  id: string
  tag: 'Tasks' | 'Indices' | 'Service' | 'Tokens'
  summary: string
  description?: string
  /** The scope that a token needs; null: the path is public. */
  scope: Scope | null
  query?: z.ZodObject
  headers?: readonly HeaderName[]
  body?: Body
  /** By status. */
  answers: Readonly<Record<number, Answer>>
  /** Statuses of problems, beside those that any call can return. */
  problems?: readonly number[]
}

export interface Body {
  schema: SchemaName
  required: boolean
  examples?: Readonly<Record<string, { summary: string; value: unknown }>>
}

export interface Answer {
  description: string
  /** Content by media type; a null schema is text. */
  content?: Readonly<Record<string, SchemaName | null>>
  headers?: readonly AnswerHeaderName[]
}

/** Request headers, beside the token. */
export const requestHeaders = {
  'Idempotency-Key': {
    description:
      'Makes it safe to send the request again: with the same key and body the task is given that was made the first time.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]([ -~]*[!-~])?$' },
  },
  'Ingestion-Actor': {
    description:
      'On whose behalf the call is made; percent-encoded where it is not ASCII. Needs scope `delegate`.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]([ -~]*[!-~])?$' },
  },
  Prefer: {
    description: '`wait=N`: waits up to N seconds, 60 at most (RFC 7240).',
    schema: { type: 'string', examples: ['wait=10'] },
  },
  'Last-Event-ID': {
    description: 'The id of the last event that was seen: the stream goes on after it.',
    schema: { type: 'string', pattern: '^[0-9]{0,15}$' },
  },
} as const
type HeaderName = keyof typeof requestHeaders

export const answerHeaders = {
  Location: { description: 'Path of the resource.', schema: { type: 'string' } },
  'Retry-After': {
    description: 'Seconds after which it is worth asking again.',
    schema: { type: 'integer' },
  },
  'Preference-Applied': { description: 'What was done of `Prefer`.', schema: { type: 'string' } },
  'X-Request-Id': {
    description: 'Names the request in the log: the one that was sent, or a new one.',
    schema: { type: 'string' },
  },
} as const
export type AnswerHeaderName = keyof typeof answerHeaders

export const json = (schema: SchemaName) => ({ 'application/json': schema })
