import { reindexWithSdk } from './reindex-with-sdk.ts'

/** Entry of a page, whose address has the options; reports to the server of the page. */
const options = new URLSearchParams(location.search)
const outcome = await reindexWithSdk(String(options.get('base_url')), String(options.get('suffix'))).catch(
  (error: unknown) => ({ error: String(error) }),
)
await fetch('/result', { method: 'POST', body: JSON.stringify(outcome) })
