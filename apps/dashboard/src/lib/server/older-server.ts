import { BadRequestError, NotFoundError } from '@ingestion-server/sdk'

export type ReleaseCheck = ReturnType<typeof createReleaseCheck>

/**
 * Calls endpoints and parameters that a server of an earlier release may lack. Only for calls without parameters from
 * a page's URL: for these, the response of a server that has the endpoint is never 404 or 400.
 */
export function createReleaseCheck() {
  const lacking = new Set<string>()
  return {
    /** What the server lacks, so far, in an order that does not depend on which response came first. */
    lacking: (): string[] => [...lacking].sort(),
    /** @returns the response, or `without` from a server that lacks the endpoint; other errors are thrown unchanged */
    async call<Value, Without>(endpoint: string, response: Promise<Value>, without: Without) {
      try {
        return await response
      } catch (cause) {
        if (!(cause instanceof NotFoundError || cause instanceof BadRequestError)) throw cause
        lacking.add(endpoint)
        return without
      }
    },
  }
}
