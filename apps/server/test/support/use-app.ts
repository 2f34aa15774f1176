/** How an app is called, whether it is in this process or behind a socket. */
export type CallApp = (
  path: string,
  init?: { method?: string; headers?: Record<string, string>; body?: string },
) => Promise<{ status: number; headers: { get(name: string): string | null }; json(): Promise<unknown> }>

export interface AppAnswers {
  livez: number
  scheduled: { status: number; body: unknown }
  /** The same request again, while its task is active. */
  again: { status: number; body: unknown }
  slices: number
  task: unknown
}

/** The same calls on every runtime: schedules a REINDEX, works on it slice by slice, and asks how it went. */
export async function useApp(call: CallApp, model: string): Promise<AppAnswers> {
  const livez = (await call('/livez')).status
  const request = {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ model, action: 'REINDEX', index_suffix: 'app' }),
  }
  // Bodies are read at once: one that waits while others come may be taken for forgotten, and closed.
  const first = await call('/task', request)
  const scheduled = { status: first.status, body: await first.json() }
  const second = await call('/task', request)
  const again = { status: second.status, body: await second.json() }
  const path = String(first.headers.get('Location'))
  let slices = 0
  for (let paused = true; paused; slices++) {
    const slice = await call(path.replace('/task/', '/slice/'), { method: 'POST' })
    if (slice.status !== 200) throw new Error(`a slice was answered with ${slice.status}`)
    // What the worker answers with is a RunResult.
    ;({ paused } = (await slice.json()) as { paused: boolean })
  }
  return {
    livez,
    scheduled,
    again,
    slices,
    task: await (await call(path)).json(),
  }
}
