/**
 * Maximum streams per session. A page has one. A browser opens six connections to a host, and more to an HTTP/2 proxy.
 */
const maxPerSession = 10
const maxPerUser = 30

export interface StreamOwner {
  userId: string
  sessionId: string
}

/** Counts the open streams of this process, to prevent one user from slowing down all others. */
export function createOpenStreams() {
  const counts = new Map<string, number>()
  const countOf = (key: string) => counts.get(key) ?? 0
  const add = (key: string, change: 1 | -1) => {
    const count = countOf(key) + change
    if (count === 0) counts.delete(key)
    else counts.set(key, count)
  }

  /** @returns a function to call when the stream has ended; null: the session or the user has too many streams */
  return function openStream({ userId, sessionId }: StreamOwner): (() => void) | null {
    const [session, user] = [`session:${sessionId}`, `user:${userId}`]
    if (countOf(session) >= maxPerSession || countOf(user) >= maxPerUser) return null
    for (const key of [session, user]) add(key, 1)
    let isOpen = true
    return () => {
      if (isOpen) for (const key of [session, user]) add(key, -1)
      isOpen = false
    }
  }
}
