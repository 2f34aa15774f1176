import { readFile } from 'node:fs/promises'
import { openInChromium } from '@ingestion-server/core/testing/open-in-chromium.ts'
import { startScriptedServer, type ScriptedServer } from '../scripted-server.ts'
import { playSuite } from './script.ts'

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
  const server = await startScriptedServer({
    '/': { type: 'text/html', text: page },
    '/index.js': { type: 'text/javascript', text: await readFile(paths.bundle, 'utf8') },
    '/suite.mjs': { type: 'text/javascript', text: await readFile(paths.suite, 'utf8') },
    '/favicon.ico': { type: 'image/x-icon', text: '' },
  })
  playSuite(server)
  server.play({ json: {} })
  const reason = () => {
    const received = server.requests.map(({ method, url }) => `${method} ${url}`)
    return `the result of the page; requests so far: ${received.join(', ') || 'none'}`
  }
  const findResult = () => server.requests.find(({ url }) => url === '/result')
  try {
    return { result: (await openInChromium(server.url, reason, findResult)).body, server }
  } finally {
    await server.stop()
  }
}
