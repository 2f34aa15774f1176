import { createClient, type Client } from '@ingestion-server/sdk'

/** Timeout of one request, milliseconds, because pages wait for it. */
const requestTimeoutMs = 10_000
/** A page shows what it has rather than wait for a service that is unavailable, milliseconds. */
const maxRetryAfterMs = 1_000

export type Ingestion = ReturnType<typeof createIngestion>

/** The ingestion server, through its SDK. The token is never sent to a browser. */
export function createIngestion({ url, token }: { url: string; token: string | undefined }) {
  return {
    url,
    /** @param actor name of the user on whose behalf it is called, as tasks show it */
    as(actor: string): Client {
      // Pages poll, so a call is retried only briefly.
      return createClient({ baseUrl: url, token, actor, requestTimeoutMs, maxRetryAfterMs, retries: 1 })
    },
  }
}
