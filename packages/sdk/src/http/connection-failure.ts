/** Codes of Node and Bun for a failed connection, so that nothing was sent. */
const neverSentCodes = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT'])
/** Deno has no codes; its HTTP library (hyper) names the failed step in brackets. */
const neverSentStep = 'client error (Connect)'

/** Whether an error of `fetch` proves that the request was not sent. In browsers no error does. */
export function wasNeverSent(error: unknown): boolean {
  return (
    codesOf(error).some((code) => neverSentCodes.has(code)) || describeCause(error).includes(neverSentStep)
  )
}

/** Describes an error of `fetch`. Its own message is often just "fetch failed"; the cause has the details. */
export function describeCause(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  const message = cause instanceof Error && cause.message !== '' ? cause.message : messageOf(error)
  const hidden = codesOf(error).filter((code) => !message.includes(code))
  return hidden.length === 0 ? message : `${message} (${hidden.join(', ')})`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function codesOf(error: unknown): string[] {
  return [codeOf(error), error instanceof Error ? codeOf(error.cause) : undefined].filter(
    (code) => code !== undefined,
  )
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
