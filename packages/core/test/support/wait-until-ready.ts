import { until } from './until.ts'

/**
 * Polls a server or dashboard until it is ready.
 *
 * @param starting its process, if it may not listen yet
 * @throws Error with the last response after 200 s, or with the log of the process if that has ended
 */
export async function waitUntilReady(
  baseUrl: string,
  starting?: { exited: Promise<unknown>; log(): string },
): Promise<void> {
  const ended = new AbortController()
  void starting?.exited.then((how) =>
    ended.abort(new Error(`the process ended with ${String(how)} before it was ready:\n${starting.log()}`)),
  )
  let last = ''
  const isReady = async () => {
    try {
      const response = await fetch(`${baseUrl}/readyz`)
      last = await response.text()
      return response.ok
    } catch (error) {
      if (!starting) throw error
      last = String(error)
      return false
    }
  }
  await until(() => `${baseUrl} to be ready; last response: ${last}`, isReady, { signal: ended.signal })
}
