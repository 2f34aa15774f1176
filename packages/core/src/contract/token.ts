import { z } from 'zod'
import { invisible, isVisible } from './visible-text.ts'

/** `read` reads, `write` builds and promotes, `delete` deletes, `delegate` acts for others, `admin` includes all. */
export const scopes = ['read', 'write', 'delete', 'delegate', 'admin'] as const
export type Scope = (typeof scopes)[number]

/** Body of `POST /token`. */
export const newTokenSchema = z.strictObject({
  name: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .refine(isVisible, { error: 'must not contain invisible characters' })
    // For JSON Schema, which does not include checks in code: no invisible characters, and not only blanks.
    .meta({ pattern: `^[^${invisible}]*$`, not: { pattern: String.raw`^\s*$` } }),
  scopes: z.array(z.enum(scopes)).min(1),
  expires_at: z.iso.datetime({ offset: true }).nullable().optional(),
})
export type NewToken = z.infer<typeof newTokenSchema>

export const tokenSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  /** The first characters of its secret, to recognize it; null: created before these were kept. */
  prefix: z.string().nullable(),
  scopes: z.array(z.enum(scopes)),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime().nullable(),
  last_used_at: z.iso.datetime().nullable(),
  revoked_at: z.iso.datetime().nullable(),
})
export type Token = z.infer<typeof tokenSchema>

/** Response of `POST /token`: the only time that the secret is shown. */
export const createdTokenSchema = z.object({ secret: z.string(), token: tokenSchema })
export type CreatedToken = z.infer<typeof createdTokenSchema>

export const tokenListSchema = z.object({ tokens: z.array(tokenSchema) })
export type TokenList = z.infer<typeof tokenListSchema>
