import { createRandom, type Random } from '@ingestion-server/local-services'
import fc from 'fast-check'
import {
  longTransaction,
  shortTransaction,
  type PlannedTransaction,
} from '@ingestion-server/core/testing/random-writers.ts'
import type { FaultKind, PlannedFault } from '../kinds/index.ts'

/** The tasks of a round. */
export const scenarios = [
  'reindex',
  'reindex, documents verified',
  'reindex, then redrive',
  'cancel',
  'cancel, then retry',
  'filter',
  'promote',
  'delete',
] as const
export type Scenario = (typeof scenarios)[number]

/** A fault and when it is injected. */
export interface ScheduledFault {
  fault: PlannedFault
  /** Requests of tasks to OpenSearch before it begins; 0: before the task is submitted. */
  afterCalls: number
  durationMs: number
}

export interface RoundPlan {
  seed: number
  scenario: Scenario
  rows: number
  faults: readonly ScheduledFault[]
  /** Number of transactions of each writer. */
  writers: readonly (readonly PlannedTransaction[])[]
  /** Requests to OpenSearch after which the task is cancelled, if the scenario includes that. */
  cancelAfterCalls: number
}

const writersArbitrary = fc
  .tuple(
    longTransaction,
    fc.array(fc.array(shortTransaction, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 2 }),
  )
  .map(([long, short]) => [[long], ...short])

/**
 * All properties of a round that depend on the seed. Timing also depends on the machine.
 *
 * @param first a kind that it contains in any case, so that all kinds get their rounds
 */
export function planRound(seed: number, first: FaultKind, kinds: readonly FaultKind[]): RoundPlan {
  const random = createRandom(seed)
  const chosen = [first]
  const more = first.isSlow ? 0 : random.pick([0, 0, 1, 1, 2])
  for (let count = 0; count < more; count++) {
    const kind = random.pick(kinds)
    if (!kind.isSlow && chosen.every((other) => !areRivals(other, kind))) chosen.push(kind)
  }
  const faults = chosen.map((kind): PlannedFault => ({ kind: kind.name, ...kind.draw(random) }))
  const scenario = drawScenario(random, faults)
  const [writers = []] = fc.sample(writersArbitrary, { seed, numRuns: 1 })
  return {
    seed,
    scenario,
    rows: random.integer(120, 400),
    faults: faults.map((fault, position) => ({
      fault,
      ...drawMoment(random, scenario, chosen[position]?.isPatient === true),
    })),
    writers,
    cancelAfterCalls: random.integer(5, longestTask[scenario] + 5),
  }
}

/** Requests to OpenSearch after which a task of the scenario is still likely to run. */
const longestTask: Record<Scenario, number> = {
  reindex: 25,
  'reindex, documents verified': 25,
  'reindex, then redrive': 20,
  cancel: 20,
  'cancel, then retry': 20,
  filter: 15,
  promote: 2,
  delete: 1,
}

function drawScenario(random: Random, faults: readonly PlannedFault[]): Scenario {
  // Only a REINDEX sends these.
  if (faults.some(({ description }) => description.includes('bulk requests')))
    return random.pick(scenarios.slice(0, 5))
  if (random.chance(0.4)) return random.pick(scenarios.slice(0, 2))
  return random.pick(scenarios)
}

function drawMoment(
  random: Random,
  scenario: Scenario,
  isPatient: boolean,
): Pick<ScheduledFault, 'afterCalls' | 'durationMs'> {
  if (isPatient) return { afterCalls: 0, durationMs: patienceMs }
  return {
    afterCalls: random.chance(0.2) ? 0 : random.integer(1, longestTask[scenario]),
    durationMs: random.pick([300, 800, 1_500, 3_000, 5_000]),
  }
}

/** How long a fault waits for the requests that it affects. */
const patienceMs = 20_000

/** Whether two kinds affect the same thing, so that the end of one would end the other, or be refused. */
function areRivals(a: FaultKind, b: FaultKind): boolean {
  // A read-only cluster refuses changes of index settings.
  const subject = ({ name }: FaultKind) => name.split(':')[0]?.replace('cluster', 'index')
  return a === b || (subject(a) === subject(b) && subject(a) !== 'http')
}
