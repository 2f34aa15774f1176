import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { startScriptedServer, type ScriptedServer } from '../scripted-server.ts'
import { playSuite } from './script.ts'

const maxAttempts = 3

/** Debian's package; another one where CHROMIUM_PATH says so. */
const program = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'
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

/** Gives suite.mjs what it takes from other runtimes: arguments, and where to print. */
const page = `<script>
  globalThis.process = { argv: ['/index.js', location.origin] }
  const report = (body) => fetch('/result', { method: 'POST', body })
  console.log = report
  addEventListener('unhandledrejection', ({ reason }) => report(JSON.stringify(String(reason.stack))))
</script>
<script type="module" src="/suite.mjs"></script>`

/** Runs the suite in a page of the scripted server, and gives what it prints. */
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
  let browser: Browser | undefined
  try {
    browser = await openPage(server, profile)
    const isThere = () => server.requests.find(({ url }) => url === '/result')
    const { body } = await vi.waitUntil(isThere, { timeout: 60_000 }).catch((cause: unknown) => {
      const asked = server.requests.map(({ method, url }) => `${method} ${url}`)
      throw new Error(`no result after ${[...server.served, ...asked].join(', ')}`, { cause })
    })
    return { result: body, server }
  } finally {
    await browser?.stop()
    await server.stop()
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
}

interface Browser {
  stderr(): string
  stop(): Promise<void>
}

/** On a busy machine Chromium once gave no result within a minute. Where it opens nothing, it is tried again, and what it said is told. */
async function openPage(server: ScriptedServer, profile: string): Promise<Browser> {
  const attempts: string[] = []
  while (attempts.length < maxAttempts) {
    const browser = startChromium(server.url, join(profile, String(attempts.length)))
    try {
      await vi.waitUntil(() => server.served.includes('/'), { timeout: 30_000 })
      return browser
    } catch {
      await browser.stop()
      attempts.push(browser.stderr())
    }
  }
  throw new Error(`Chromium opened no page:\n${attempts.join('\n')}`)
}

function startChromium(url: string, profile: string): Browser {
  const child = spawn(program, [...flags, `--user-data-dir=${profile}`, url], {
    stdio: ['ignore', 'ignore', 'pipe'],
    // With its children, which is how it is ended.
    detached: true,
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const exited = once(child, 'exit')
  return {
    stderr: () => stderr,
    async stop() {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL')
      await exited
    },
  }
}
