import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromiumPath } from '@ingestion-server/local-services'
import { vi } from 'vitest'
import { startScriptedServer, type ScriptedServer } from '../scripted-server.ts'
import { playSuite } from './script.ts'

const program = chromiumPath(process.env)
const flags = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Replaces what suite.mjs uses of other runtimes: arguments and output. */
const page = `<script>
  globalThis.process = { argv: ['/index.js', location.origin] }
  const report = (body) => fetch('/result', { method: 'POST', body })
  console.log = report
  addEventListener('unhandledrejection', ({ reason }) => report(JSON.stringify(String(reason.stack))))
</script>
<script type="module" src="/suite.mjs"></script>`

/** Runs the suite in a page of the scripted server, and returns its output. */
export async function runInChromium(paths: {
  bundle: string
  suite: string
}): Promise<{ result: unknown; server: ScriptedServer }> {
  const profile = await mkdtemp(join(tmpdir(), 'sdk-chromium-'))
  const server = await startScriptedServer({
    '/': { type: 'text/html', text: page },
    '/index.js': { type: 'text/javascript', text: await readFile(paths.bundle, 'utf8') },
    '/suite.mjs': { type: 'text/javascript', text: await readFile(paths.suite, 'utf8') },
    '/favicon.ico': { type: 'image/x-icon', text: '' },
  })
  playSuite(server)
  server.play({ json: {} })
  const browser = spawn(program, [...flags, `--user-data-dir=${profile}`, server.url], {
    stdio: 'ignore',
    // With its children, to end them together.
    detached: true,
  })
  const exited = once(browser, 'exit')
  try {
    const isThere = () => server.requests.find(({ url }) => url === '/result')
    const { body } = await vi.waitUntil(isThere, { timeout: 60_000 }).catch((cause: unknown) => {
      const asked = server.requests.map(({ method, url }) => `${method} ${url}`)
      throw new Error(`no result after ${asked.join(', ') || 'no request'}`, { cause })
    })
    return { result: body, server }
  } finally {
    if (browser.pid !== undefined) process.kill(-browser.pid, 'SIGKILL')
    await exited
    await server.stop()
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
}
