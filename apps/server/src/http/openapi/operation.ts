import type { Scope } from '@ingestion-server/core'
import type { z } from 'zod'
import type { SchemaName } from './schemas.ts'

export const methods = ['get', 'post', 'patch', 'delete'] as const

/** Input and output of a route, beside its handler. */
export interface Description {
  /** Its name in generated clients. */
  id: string
  tag: 'Tasks' | 'Indices' | 'Service' | 'Tokens'
  summary: string
  description?: string
  /** The scope that a token needs; null: the path is public. */
  scope: Scope | null
  /** `scope` is that of most actions: the handler requires the scope of the task's action. */
  scopeDependsOnAction?: true
  /** Absent: parameters are refused, unless the path is public. */
  query?: z.ZodObject
  headers?: readonly HeaderName[]
  body?: Body
  /** By status. */
  responses: Readonly<Record<number, ResponseSpec>>
  /** Statuses of problems, beside those that any call can return. */
  problems?: readonly number[]
}

/** A route as the OpenAPI document has it. */
export interface Operation extends Description {
  method: (typeof methods)[number]
  /** As in OpenAPI: `/task/{id}`. */
  path: string
}

export interface Body {
  schema: SchemaName
  required: boolean
  examples?: Readonly<Record<string, { summary: string; value: unknown }>>
}

export interface ResponseSpec {
  description: string
  /** Content by media type; a null schema is text. */
  content?: Readonly<Record<string, SchemaName | null>>
  headers?: readonly ResponseHeaderName[]
}

/** Request headers, beside the token. */
export const requestHeaders = {
  'Idempotency-Key': {
    description:
      'Makes it safe to send the request again: the same key and body return the task that the first request created.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]([ -~]*[!-~])?$' },
  },
  'Ingestion-Actor': {
    description:
      'The user on whose behalf the call is made; non-ASCII characters are percent-encoded. Needs scope `delegate`.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]([ -~]*[!-~])?$' },
  },
  Prefer: {
    description: '`wait=N`: delays the response for up to N seconds, at most 60 (RFC 7240).',
    schema: { type: 'string', examples: ['wait=10'] },
  },
  'Last-Event-ID': {
    description: 'Id of the last event received: the stream continues after it.',
    schema: { type: 'string', pattern: '^[0-9]{0,15}$' },
  },
} as const
type HeaderName = keyof typeof requestHeaders

export const responseHeaders = {
  Location: { description: 'Path of the resource.', schema: { type: 'string' } },
  'Retry-After': {
    description: 'Seconds to wait before the next request.',
    schema: { type: 'integer' },
  },
  'Preference-Applied': {
    description: 'The preferences of `Prefer` that were applied.',
    schema: { type: 'string' },
  },
  'X-Request-Id': {
    description: 'Id of the request in the log: the one that was sent, or a generated one.',
    schema: { type: 'string' },
  },
} as const
export type ResponseHeaderName = keyof typeof responseHeaders

export const json = (schema: SchemaName) => ({ 'application/json': schema })
