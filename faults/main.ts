import { randomInt } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { buildApp } from '../scripts/build-app.ts'
import { faultKinds } from './kinds/index.ts'
import { readOptionsOrExit } from './options.ts'
import { listKinds, playRounds } from './rounds/play-rounds.ts'
import { describeRound } from './report/describe-round.ts'
import { ignoreLostConnections } from './ignore-lost-connections.ts'
import { listFeatures } from './testbed/list-features.ts'
import { openResults } from './report/results.ts'
import { limitsUnderLoad, timeLimits } from './time-limits.ts'
import { publish } from './report/publish.ts'

ignoreLostConnections()
const root = resolve(import.meta.dirname, '..')
const options = readOptionsOrExit(join(import.meta.dirname, 'results', 'faults.json'))
if (options.isList) {
  for (const { name } of faultKinds) console.log(name)
  process.exit(0)
}

const seed = options.seed ?? randomInt(1_000_000_000)
const isRead = options.isResumed || options.rounds === 0
const results = openResults(options.out, isRead ? null : seed)
if (options.rounds !== 0) await play()
if (options.isPublished) await publish(results.read(), join(root, 'docs', 'explanation', 'reliability.md'))
process.exit(results.read().rounds.every(({ passed }) => passed) ? 0 : 1)

function onProgress(message: string): void {
  console.log(message)
}

async function play(): Promise<void> {
  const { seed: usedSeed, rounds } = results.read()
  console.log(`seed ${usedSeed}`)
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  const openSearchUrl = process.env['FAULTS_OPENSEARCH_URL']
  const features = await listFeatures(openSearchUrl, onProgress)
  const kinds = listKinds(features, options.isShort).filter(
    ({ name }) => options.only.length === 0 || options.only.some((text) => name.includes(text)),
  )
  if (kinds.length === 0) throw new Error(`no kind of fault has a name with ${options.only.join(' or ')}`)
  const built = process.env['FAULTS_SERVER_DIR']
  const serverDir = built ?? (await mkdtemp(join(tmpdir(), 'ingestion-server-built-')))
  try {
    if (built === undefined) await buildApp('server', { root, outDir: serverDir })
    const timeSignal = options.rounds === null ? [AbortSignal.timeout(options.minutes * 60_000)] : []
    const firstRound = rounds.length
    await playRounds({
      seed: usedSeed,
      serverDir,
      openSearchUrl,
      features,
      limits: options.isShort ? limitsUnderLoad : timeLimits,
      firstRound,
      onlyRound: options.round,
      endRound: options.rounds ?? Infinity,
      signal: AbortSignal.any([stopping.signal, ...timeSignal]),
      kinds,
      onProgress,
      onVersions: results.addVersions,
      onResult(result) {
        console.log(describeRound(result, usedSeed))
        results.add(result)
      },
    })
    results.finish()
  } finally {
    if (built === undefined) await rm(serverDir, { recursive: true, force: true })
  }
}
