import { until } from './until.ts'

/** Polls a server or dashboard that listens until it is ready. @throws Error with its last response after 200 s */
export async function waitUntilReady(baseUrl: string): Promise<void> {
  let text = ''
  await until(
    () => `${baseUrl} to be ready; it answers ${text}`,
    async () => {
      const response = await fetch(`${baseUrl}/readyz`)
      text = await response.text()
      return response.ok
    },
  )
}
