import { z } from 'zod'

const maxUrlLength = 2_048
/** URL parsers silently drop some of these characters, so that a URL would lead elsewhere than it seems to. */
const unreadable = /[\s\p{Cc}\p{Cf}\p{Cs}]/u

/** URL of the webhook for an ended task; the server's configuration restricts its hosts. */
export const callbackUrlSchema = z
  .string()
  .max(maxUrlLength, `must have at most ${maxUrlLength} characters`)
  .refine((text) => !unreadable.test(text), {
    error:
      'must not hold blanks, control characters or halves of surrogate pairs; write them percent-encoded',
  })
  .refine(isCallbackUrl, { error: 'must be an http or https URL without user and password' })
  // For JSON Schema, which does not include checks in code.
  .meta({ format: 'uri', pattern: String.raw`^https?://[^@\s]+$` })

/** Fields of a `POST /task` body in addition to those of the action. */
export const submissionOptionsSchema = z.strictObject({
  /** Responds with the plan and changes nothing. */
  dry_run: z.boolean().optional(),
  callback_url: callbackUrlSchema.optional(),
})
export type SubmissionOptions = z.infer<typeof submissionOptionsSchema>

function isCallbackUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, username, password } = new URL(text)
  return (protocol === 'http:' || protocol === 'https:') && username === '' && password === ''
}
