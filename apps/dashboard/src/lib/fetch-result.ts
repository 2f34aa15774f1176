/**
 * The response of the ingestion server, or why it is unavailable: a page then keeps its old data and shows the reason.
 */
export type FetchResult<Value> =
  { value: Value; unavailableReason: null } | { value: null; unavailableReason: string }
