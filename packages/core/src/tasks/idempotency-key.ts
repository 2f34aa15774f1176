/** Separator that a caller's key, which is printable ASCII, can't contain. */
const separator = '\n'

/**
 * An idempotency key as stored, with its owner, because two callers may choose the same key.
 *
 * @param owner id of the caller's token; absent: a caller without one
 */
export function toStoredKey(key: string, owner: string | undefined): string {
  return owner === undefined ? key : `${owner}${separator}${key}`
}

/** The key that the caller chose. */
export function toGivenKey(storedKey: string): string {
  return storedKey.slice(storedKey.indexOf(separator) + 1)
}
