import { createClient, type Client } from '@ingestion-server/sdk'

/** Of one request: a page that waits longer is no page. */
const requestTimeoutMs = 10_000

/** The ingestion server, reached through its SDK. The token stays here: no browser ever sees it. */
export function createIngestion({ url, token }: { url: string; token: string | undefined }) {
  return {
    url,
    /** @param actor name of the user on whose behalf it is called, as tasks show it */
    as(actor: string): Client {
      // Pages ask again by themselves, so a call isn't repeated for long.
      return createClient({ baseUrl: url, token, actor, requestTimeoutMs, retries: 1 })
    },
  }
}
