/** What the ingestion server said, or why nothing came from it: a page keeps what it had and says so. */
export type Answer<Value> = { value: Value; away: null } | { value: null; away: string }
