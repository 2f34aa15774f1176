import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { openInChromium } from '@ingestion-server/core/testing/open-in-chromium.ts'
import { listen } from '@ingestion-server/local-services/listen'

export interface Page {
  origin: string
  /** Opens it in Chromium. @returns what its script posts to /result */
  open(query: Record<string, string>): Promise<unknown>
  close(): Promise<void>
}

/** Serves a page whose only script is the given one. */
export async function servePage(script: string): Promise<Page> {
  let result: { body: unknown } | undefined
  const server = createServer((request, response) => {
    const path = String(request.url).split('?', 1)[0]
    if (path === '/result') {
      void text(request).then((body) => (result = { body: JSON.parse(body) as unknown }))
      response.end()
    } else if (path === '/script.js') response.setHeader('Content-Type', 'text/javascript').end(script)
    else
      response.setHeader('Content-Type', 'text/html').end('<script type="module" src="/script.js"></script>')
  })
  const { url: origin, close } = await listen(server)
  return {
    origin,
    async open(query) {
      const url = `${origin}/?${new URLSearchParams(query).toString()}`
      return (await openInChromium(url, 'the result of the page', () => result)).body
    },
    close,
  }
}
