import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { IngestionError, type TaskRequest } from '../../src/index.ts'
import { createPromoteHarness, type PromoteHarness } from '../promote/promote-harness.ts'
import { checkEnd, checkInvariants, rows, type Expectation } from './invariants.ts'
import { createSystem, type System } from './system.ts'

let harness: PromoteHarness
beforeAll(async () => {
  harness = await createPromoteHarness({ settings: { leaseMs: 60_000, promoteTimeoutMs: 5_000 } })
  // The rows of all runs: half of them sensitive.
  await harness.build('unused', rows)
})
afterAll(async () => {
  await harness.search.indices.delete({ index: systems.map(({ model }) => `${model}-*`).join() || 'none*' })
  await harness.close()
})
const systems: System[] = []

type Command = fc.AsyncCommand<Expectation, System>
type Request = Omit<TaskRequest, 'model'> & Record<string, unknown>

/** A command on a task that was submitted before, picked when the command runs. */
function withTask(
  name: string,
  picked: number,
  run: (system: System, taskId: string) => Promise<unknown>,
): Command {
  return {
    check: ({ taskIds }) => taskIds.length > 0,
    async run(expectation, system) {
      // The newest more often: most of the others have ended.
      const { taskIds } = expectation
      await run(system, String(taskIds[Math.max(0, taskIds.length - 1 - picked)]))
      await checkInvariants(expectation, system)
    },
    toString: () => `${name}(${picked})`,
  }
}

/** An event right after the creation of a task. */
interface Fate {
  name: string
  befall(system: System, taskId: string): Promise<unknown>
}

/** A request is refused with a documented code, or accepted, followed by the event. */
function ask(request: (system: System) => Request, { name, befall }: Fate): Command {
  let sent: unknown = null
  return {
    check: () => true,
    async run(expectation, system) {
      const built = request(system)
      sent = built
      const forbidding = await whatForbids(expectation, system, built)
      const outcome = await system.submit(built).catch(toCode)
      if (typeof outcome === 'string') {
        expectation.taskIds.push(outcome)
        await befall(system, outcome)
      } else expect(forbidding).toContain(outcome.code)
      await checkInvariants(expectation, system)
    },
    toString: () => `ask(${JSON.stringify(sent)}, ${name})`,
  }
}

function toCode(error: unknown): { code: string } {
  if (error instanceof IngestionError) return { code: error.code }
  throw error
}

/** The codes with which a request may be refused, given the known targets of the aliases. */
async function whatForbids({ served }: Expectation, { context, model }: System, request: Request) {
  const always = ['index_busy']
  switch (request.action) {
    case 'REINDEX':
      return [...always, 'index_exists']
    case 'CREATE_AND_POPULATE_FILTERED_INDEX':
      return [...always, 'index_exists', 'index_not_found', 'index_unverified']
    case 'POINT_ALIAS':
      return [...always, 'index_not_found', 'index_unverified', 'unfiltered_index']
    case 'DELETE_INDEX': {
      const { body } = await context.search.indices.get({ index: `${model}-*` })
      const uuid = body[`${model}-${String(request['index_suffix'])}`]?.settings?.index?.uuid
      const isServed = [...served.values()].includes(String(uuid))
      return [...always, ...(uuid === undefined ? ['index_not_found'] : isServed ? ['index_aliased'] : [])]
    }
    default:
      throw new Error(`no request for ${String(request.action)} is made here`)
  }
}

async function unlessEnded(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => expect(toCode(error).code).toMatch(/^(task_state|index_busy)$/))
}

const suffix = fc.constantFrom('a', 'b')
const ending = fc.constantFrom('', '-filtered')
const recent = fc.nat(2)

const fate: fc.Arbitrary<Fate> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constant({ name: 'run', befall: (system: System, id: string) => system.run(id) }),
  },
  fc.constant({
    name: 'run twice at once',
    befall: (system: System, id: string) => Promise.all([system.run(id), system.run(id)]),
  }),
  { weight: 2, arbitrary: fc.nat(40).map((at) => ({ name: `die at ${at}`, befall: dieAt(at) })) },
  { weight: 2, arbitrary: fc.nat(40).map((at) => ({ name: `freeze at ${at}`, befall: freezeAt(at) })) },
  fc.constant({ name: 'wait', befall: async () => undefined }),
  fc.nat(25).map((at) => ({
    name: `die at ${at}, cancel`,
    async befall(system: System, id: string) {
      await system.runAndDie(id, at)
      await unlessEnded(system.context.store.cancel(id))
      await system.run(id)
    },
  })),
)

function dieAt(at: number): Fate['befall'] {
  return (system, id) => system.runAndDie(id, at)
}

function freezeAt(at: number): Fate['befall'] {
  return (system, id) => system.runAndFreeze(id, at)
}

type MakeRequest = (system: System) => Request

const requests = fc.oneof(
  suffix.map((index_suffix): MakeRequest => () => ({ action: 'REINDEX', index_suffix })),
  suffix.map((destination_index_suffix): MakeRequest => () => ({
    action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
    destination_index_suffix,
  })),
  {
    weight: 3,
    arbitrary: fc.tuple(suffix, ending).map(([index_suffix, end]): MakeRequest => ({ model }) => ({
      action: 'POINT_ALIAS',
      alias: `${model}${end}`,
      index_suffix,
    })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(suffix, ending).map(([name, end]): MakeRequest => () => ({
      action: 'DELETE_INDEX',
      index_suffix: `${name}${end}`,
    })),
  },
)
const asking = fc.tuple(requests, fate).map(([request, befalling]) => ask(request, befalling))

const commands = fc.commands(
  [
    // As often as all the others together.
    asking,
    asking,
    asking,
    asking,
    recent.map((picked) => withTask('run', picked, (system, id) => system.run(id))),
    recent.map((picked) => withTask('thaw', picked, (system) => system.thaw())),
    recent.map((picked) =>
      withTask('cancel', picked, (system, id) => unlessEnded(system.context.store.cancel(id))),
    ),
    recent.map((picked) =>
      withTask('retry', picked, (system, id) => unlessEnded(system.context.store.retry(id))),
    ),
  ],
  { size: 'max', maxCommands: 16 },
)

/** Two generations, one of which is live: a server after some weeks. */
async function startOut(expectation: Expectation, system: System): Promise<void> {
  const { model } = system
  const requests: Request[] = [
    { action: 'REINDEX', index_suffix: 'a' },
    { action: 'REINDEX', index_suffix: 'b' },
    { action: 'CREATE_AND_POPULATE_FILTERED_INDEX', destination_index_suffix: 'a' },
    { action: 'POINT_ALIAS', alias: model, index_suffix: 'a' },
    { action: 'POINT_ALIAS', alias: `${model}-filtered`, index_suffix: 'a' },
  ]
  for (const request of requests) {
    const id = await system.submit(request)
    expectation.taskIds.push(id)
    await system.run(id)
  }
  await checkInvariants(expectation, system)
  expect([...expectation.served.keys()].sort()).toEqual([model, `${model}-filtered`])
}

test('invariants of aliases, indices and tasks hold for any order of requests, crashes and resumed workers', async () => {
  await fc.assert(
    fc.asyncProperty(commands, async (sequence) => {
      const system = await createSystem(harness)
      systems.push(system)
      const expectation: Expectation = { taskIds: [], served: new Map() }
      await startOut(expectation, system)
      await fc.asyncModelRun(() => ({ model: expectation, real: system }), sequence)
      await checkEnd(expectation, system)
    }),
    { numRuns: 5, endOnFailure: true },
  )
})
