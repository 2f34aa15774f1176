import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromiumPath } from '@ingestion-server/local-services'
import { chromiumFlags } from './chromium-flags.ts'
import { startProcess } from './run-process.ts'
import { until } from './until.ts'

/**
 * Opens a page in Chromium until it has reported its result.
 *
 * @param reason describes the result, and what else the page's server has received
 * @param findResult the result, once the page's server has received it
 */
export async function openInChromium<Result>(
  url: string,
  reason: string | (() => string),
  findResult: () => Result | undefined,
): Promise<Result> {
  const profile = await mkdtemp(join(tmpdir(), 'ingestion-chromium-'))
  const { exited, log, kill } = startProcess({
    program: chromiumPath(process.env),
    args: ['--headless=new', ...chromiumFlags, `--user-data-dir=${profile}`, url],
    env: process.env,
    isGroup: true,
  })
  const ended = new AbortController()
  void exited.then((how) => ended.abort(new Error(`Chromium ended with ${how}:\n${log()}`)))
  try {
    return await until(reason, findResult, { signal: ended.signal })
  } finally {
    await kill()
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
}
