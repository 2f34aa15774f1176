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
  const scheduled = await call('/task', request)
  const again = await call('/task', request)
  const path = String(scheduled.headers.get('Location'))
  let slices = 0
  for (let paused = true; paused; slices++) {
    const slice = await call(path.replace('/task/', '/slice/'), { method: 'POST' })
    if (slice.status !== 200) throw new Error(`a slice was answered with ${slice.status}`)
    // What the worker answers with is a RunResult.
    ;({ paused } = (await slice.json()) as { paused: boolean })
  }
  return {
    livez,
    scheduled: { status: scheduled.status, body: await scheduled.json() },
    again: { status: again.status, body: await again.json() },
    slices,
    task: await (await call(path)).json(),
  }
}
