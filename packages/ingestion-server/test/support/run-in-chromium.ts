import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { chromiumPath } from '@ingestion-server/local-services'
import { listen } from '@ingestion-server/local-services/listen'

const flags = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-sync',
]
const resultTimeoutMs = 120_000

export interface Page {
  origin: string
  /** What the script of the page posts to /result. */
  result: Promise<unknown>
  close(): Promise<void>
}

/** Serves a page whose only script is the given one. */
export async function servePage(script: string): Promise<Page> {
  const { promise: result, resolve } = Promise.withResolvers<unknown>()
  const server = createServer((request, response) => {
    const path = String(request.url).split('?', 1)[0]
    if (path === '/result') {
      void text(request).then((body) => resolve(JSON.parse(body)))
      response.end()
    } else if (path === '/script.js') response.setHeader('Content-Type', 'text/javascript').end(script)
    else
      response.setHeader('Content-Type', 'text/html').end('<script type="module" src="/script.js"></script>')
  })
  const { url, close } = await listen(server)
  return { origin: url, result, close }
}

/** Opens a page in Chromium until it has reported its result. */
export async function openPage(page: Page, query: Record<string, string>): Promise<unknown> {
  const profile = await mkdtemp(join(tmpdir(), 'ingestion-chromium-'))
  const url = `${page.origin}/?${new URLSearchParams(query).toString()}`
  const browser = spawn(chromiumPath(process.env), [...flags, `--user-data-dir=${profile}`, url], {
    stdio: 'ignore',
    // With its children, which is how it is ended.
    detached: true,
  })
  const exited = once(browser, 'exit')
  const timeout = Promise.withResolvers<never>()
  const timer = setTimeout(() => timeout.reject(new Error('the page reported nothing')), resultTimeoutMs)
  try {
    return await Promise.race([page.result, timeout.promise])
  } finally {
    clearTimeout(timer)
    if (browser.pid !== undefined) process.kill(-browser.pid, 'SIGKILL')
    await exited
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
}
