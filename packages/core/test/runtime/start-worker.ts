import { build } from 'esbuild'
import { Miniflare } from 'miniflare'

/** The oldest date whose Node compatibility includes what the packages import; 2025-01-01 lacks `node:os`. */
const compatibilityDate = '2026-06-01'

export interface WorkerProcess {
  fetch(
    path: string,
    init?: { method?: string; headers?: Record<string, string>; body?: string },
  ): Promise<{
    status: number
    headers: { get(name: string): string | null }
    json(): Promise<unknown>
    text(): Promise<string>
  }>
  /** Simulates a cron trigger of the platform. */
  runScheduled(): Promise<void>
  stop(): Promise<void>
}

/**
 * Runs a module worker on workerd, like Cloudflare, on this machine.
 *
 * @param entry TypeScript file whose default export has `fetch`
 * @param bindings the contents of `env`: JSON values
 */
export async function startWorker(
  entry: string,
  bindings: Record<string, string | number | boolean | object>,
): Promise<WorkerProcess> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    platform: 'node',
    conditions: ['workerd', 'import'],
    external: ['cloudflare:*', 'node:*'],
    // The OpenSearch client is CommonJS and loads Node's modules with `require`.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire('/')" },
    logLevel: 'error',
  })
  const [bundle] = outputFiles
  if (!bundle) throw new Error(`${entry} was bundled into nothing`)
  const miniflare = new Miniflare({
    modules: [{ type: 'ESModule', path: 'worker.mjs', contents: bundle.text }],
    compatibilityDate,
    compatibilityFlags: ['nodejs_compat'],
    // Values of any shape, as JSON.
    bindings: bindings as Record<string, never>,
  })
  await miniflare.ready
  return {
    fetch: (path, init) => miniflare.dispatchFetch(new URL(path, 'http://localhost'), init),
    async runScheduled() {
      // Its types are those of another fetcher, which has no triggers.
      const worker = (await miniflare.getWorker()) as unknown as { scheduled(): Promise<unknown> }
      await worker.scheduled()
    },
    stop: () => miniflare.dispose(),
  }
}
