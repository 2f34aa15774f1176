import { z } from 'zod'

const maxUrlLength = 2_048
/** A URL has none of these, but parsers leave some out silently, so that it would lead elsewhere than it seems to. */
const unreadable = /[\s\p{Cc}\p{Cf}\p{Cs}]/u

/** Where a finished task is reported to; which hosts are allowed is the server's to say. */
export const callbackUrlSchema = z
  .string()
  .max(maxUrlLength, `must have at most ${maxUrlLength} characters`)
  .refine((text) => !unreadable.test(text), {
    error:
      'must not hold blanks, control characters or halves of surrogate pairs; write them percent-encoded',
  })
  .refine(isCallbackUrl, { error: 'must be an http or https URL without user and password' })
  // For JSON Schema, which sees no check in code.
  .meta({ format: 'uri', pattern: String.raw`^https?://[^@\s]+$` })

/** What a body of `POST /task` may say beside the task itself. */
export const submissionOptionsSchema = z.strictObject({
  /** Answers with the plan and does nothing. */
  dry_run: z.boolean().optional(),
  callback_url: callbackUrlSchema.optional(),
})
export type SubmissionOptions = z.infer<typeof submissionOptionsSchema>

function isCallbackUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === ''
}
