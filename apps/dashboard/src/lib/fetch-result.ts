/** The response of the ingestion server, or why there is none: a page then keeps its old data and says so. */
export type FetchResult<Value> = { value: Value; away: null } | { value: null; away: string }
