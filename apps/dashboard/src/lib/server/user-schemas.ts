import { z } from 'zod'
import { roles } from '../role.ts'

/** NIST SP 800-63B: only the length matters; no rules about kinds of characters. */
const minPasswordLength = 12
const maxPasswordLength = 200

/** ASCII, because the name is sent to the server in a header. */
const userNameSchema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(
    /^[a-z0-9]([a-z0-9._@-]{0,62}[a-z0-9])?$/,
    'must be 1 to 64 letters, digits, ".", "_", "@" or "-", with a letter or digit at its ends',
  )

export const newPasswordSchema = z
  .string()
  .min(minPasswordLength, `must have at least ${minPasswordLength} characters`)
  .max(maxPasswordLength, `must have at most ${maxPasswordLength} characters`)

export const signInSchema = z.object({
  name: z
    .string()
    .trim()
    .toLowerCase()
    .min(1, 'must not be empty')
    .max(100, 'is too long')
    .regex(/^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]*$/u, 'must not contain invisible characters'),
  password: z.string().min(1, 'must not be empty').max(maxPasswordLength, 'is too long'),
})

export const setupSchema = z
  .object({ name: userNameSchema, password: newPasswordSchema, again: z.string() })
  .refine(({ password, again }) => password === again, { path: ['again'], error: 'is not the same password' })

export const newUserSchema = z.object({
  name: userNameSchema,
  password: newPasswordSchema,
  role: z.enum(roles).default('viewer'),
})

export const changePasswordSchema = z
  .object({ current: z.string().min(1, 'must not be empty'), password: newPasswordSchema, again: z.string() })
  .refine(({ password, again }) => password === again, { path: ['again'], error: 'is not the same password' })
