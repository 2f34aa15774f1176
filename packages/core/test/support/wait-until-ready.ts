import { setTimeout as delay } from 'node:timers/promises'

/** Migrations and connections on a machine that computes other things meanwhile. */
const timeoutMs = 120_000

/** Polls a server or dashboard that listens until it is ready. @throws Error with its response after 120 s */
export async function waitUntilReady(baseUrl: string): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs
  for (;;) {
    const response = await fetch(`${baseUrl}/readyz`)
    const text = await response.text()
    if (response.ok) return
    if (performance.now() > giveUpAt) throw new Error(`not ready after ${timeoutMs} ms: ${text}`)
    await delay(20)
  }
}
