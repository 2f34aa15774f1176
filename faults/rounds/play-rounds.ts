import { createRandom } from '@ingestion-server/local-services'
import { faultKinds, type FaultKind } from '../kinds/index.ts'
import type { Feature } from '../testbed/list-features.ts'
import { startTestbed, type Testbed, type TestbedOptions } from '../testbed/testbed.ts'
import { playRound, type PlayedRound } from './play-round.ts'
import { planRound } from './round-plan.ts'
import { hasPassed, type RoundResult } from './round-result.ts'

/** A round is checked again after so many others, when everything late has arrived. */
const roundsUntilFinish = 2
/** Files, sockets and pipes that a process may have open beyond those at its start. */
const maxMoreOpenFiles = 64

export interface RunOptions extends TestbedOptions {
  /** Number of the first round; earlier ones were part of a previous run with this seed. */
  firstRound: number
  /** Ends the run before this round. */
  endRound: number
  /** The plan of this round is used each time; null: each round has its own. */
  onlyRound: number | null
  /** No round begins after it aborts. */
  signal: AbortSignal
  kinds: readonly FaultKind[]
  /** Called with the versions of the services once they run. */
  onVersions(versions: Record<string, string>): void
  /** Called with each round after its last check. */
  onResult(result: RoundResult): void
}

/** Kinds that can be injected with the features of this machine. */
export function listKinds(features: ReadonlySet<Feature>, isShort: boolean): FaultKind[] {
  return faultKinds.filter(
    ({ needs, isSlow }) => needs.every((need) => features.has(need)) && !(isShort && isSlow),
  )
}

/** In an order that depends on the seed, so that a few rounds have kinds of all sorts. */
function shuffle(kinds: readonly FaultKind[], seed: number): FaultKind[] {
  const random = createRandom(seed)
  return kinds
    .map((kind) => ({ kind, rank: random.next() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ kind }) => kind)
}

/** Runs rounds one after the other. After a failed one the testbed is created again, so that it affects no other. */
export async function playRounds(options: RunOptions): Promise<void> {
  const { seed, firstRound, endRound, signal, onResult, onProgress } = options
  const kinds = shuffle(options.kinds, seed)
  const prefix = `f${seed.toString(36)}${Date.now().toString(36)}`
  let testbed = await startTestbed(options)
  options.onVersions(await readVersions(testbed))
  const pending: PlayedRound[] = []
  let files = await countFiles(testbed)

  async function finishFirst(): Promise<RoundResult> {
    const { result, check } = pending.shift() as PlayedRound
    const found = await check.finish()
    // The result already contains the findings of the first check.
    const differences = [...new Set([...result.differences, ...found.differences])]
    const finished = { ...result, differences, leftovers: found.leftovers }
    onResult(finished)
    return finished
  }

  try {
    for (let round = firstRound; round < endRound && !signal.aborted; round++) {
      const number = options.onlyRound ?? round
      const first = kinds[number % kinds.length] as FaultKind
      const plan = planRound(seed + number, first, kinds)
      const played = await playRound(testbed, plan, { round, prefix, kinds })
      pending.push(played)
      played.result.problems.push(...(await checkFiles(testbed, files)))
      let isSpoiled = !hasPassed(played.result)
      while (pending.length > (isSpoiled ? 0 : roundsUntilFinish)) {
        if (!hasPassed(await finishFirst())) isSpoiled = true
      }
      if (!isSpoiled) continue
      while (pending.length > 0) await finishFirst()
      onProgress('restarting after a failed round')
      await testbed.stop()
      testbed = await startTestbed({ ...options, seed: seed + round })
      files = await countFiles(testbed)
    }
    while (pending.length > 0) await finishFirst()
  } finally {
    await testbed.stop()
  }
}

async function readVersions({ sql, openSearch }: Testbed): Promise<Record<string, string>> {
  const [row] = await sql()<{ version: string }[]>`select current_setting('server_version') as version`
  return { Postgres: row?.version ?? 'unknown', OpenSearch: openSearch.version }
}

type OpenFiles = ReadonlyMap<number, number>

/** By process id: a restarted process has its own numbers. */
async function countFiles({ processes }: Testbed): Promise<Map<number, number>> {
  return new Map(
    await Promise.all(processes.map(async (process) => [process.pid(), await process.openFiles()] as const)),
  )
}

async function checkFiles(testbed: Testbed, atStart: OpenFiles): Promise<string[]> {
  const now = await countFiles(testbed)
  return [...now].flatMap(([pid, count]) => {
    const before = atStart.get(pid) ?? Math.min(...atStart.values())
    return count <= before + maxMoreOpenFiles
      ? []
      : [`process ${pid} has ${count} files open, ${before} at its start`]
  })
}
