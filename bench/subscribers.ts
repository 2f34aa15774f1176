/** Many clients that follow a task by `GET /task/{id}/events`. */
export interface Subscribers {
  /** Milliseconds from an event to its arrival, for every event and subscriber. */
  delaysMs: number[]
  /** Task snapshots received by all subscribers. */
  progress(): number
  /** Resolves when every stream has ended. */
  ended: Promise<void>
}

/** @returns once all are connected */
export async function subscribe(baseUrl: string, taskId: string, count: number): Promise<Subscribers> {
  const delaysMs: number[] = []
  let progress = 0
  const responses = await Promise.all(
    Array.from({ length: count }, () =>
      fetch(`${baseUrl}/task/${taskId}/events`, { headers: { accept: 'text/event-stream' } }),
    ),
  )
  const connectedAt = Date.now()

  async function follow({ status, body }: Response): Promise<void> {
    if (status !== 200 || body === null) throw new Error(`no stream of events: ${status}`)
    let text = ''
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      const messages = (text + chunk).split('\n\n')
      text = messages.pop() ?? ''
      for (const message of messages) take(message)
    }
  }

  function take(message: string): void {
    if (message.includes('event: progress')) {
      progress++
      return
    }
    const [, at] = /"at":"([^"]+)"/.exec(message) ?? []
    const happenedAt = at === undefined ? NaN : Date.parse(at)
    // Earlier events are sent at the start.
    if (happenedAt >= connectedAt) delaysMs.push(Date.now() - happenedAt)
  }

  return {
    delaysMs,
    progress: () => progress,
    ended: Promise.all(responses.map(follow)).then(() => undefined),
  }
}
