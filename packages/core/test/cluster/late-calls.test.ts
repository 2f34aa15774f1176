import { afterAll, beforeAll, expect, test } from 'vitest'
import { collectOrphans, type TaskContext, type TaskRecord, type TaskRequest } from '../../src/index.ts'
import { createPromoteHarness, type PromoteHarness } from '../promote/promote-harness.ts'
import { death } from '../support/failing-calls.ts'
import { readIndex, runToEnd } from '../support/harness.ts'
import { interceptCalls } from '../support/intercept-calls.ts'

/*
 * A worker stops while one of its calls is in flight, another worker ends the task, and then the call arrives.
 */

let harness: PromoteHarness
beforeAll(async () => {
  harness = await createPromoteHarness({ settings: { leaseMs: 60_000 } })
  await harness.build('source', 30)
})
afterAll(() => harness.close())

/** Calls that change an existing index. OpenSearch deletes and creates by name only. */
const changing = /^(indices\.(addBlock|putSettings|updateAliases|putMapping)|bulk|deleteByQuery)$/

async function stateOf(index: string) {
  const { body } = await harness.search.indices.get({ index, flat_settings: true })
  const { settings, aliases, mappings } = body[index] ?? {}
  return {
    settings: Object.fromEntries(Object.entries(settings ?? {}).filter(([, value]) => value !== null)),
    aliases,
    meta: mappings?._meta,
    documents: [...(await readIndex(harness.search, index)).keys()].sort(),
  }
}

/** Runs a task whose changing call number `at` arrives after the task has ended. @returns the name of the call */
async function runWithLateCall(task: TaskRecord, at: number): Promise<string | null> {
  let count = 0
  let late: (() => Promise<unknown>) | null = null
  let name: string | null = null
  const search = interceptCalls(harness.search, async (call, proceed) => {
    if (!changing.test(call) || count++ !== at) return proceed()
    late = proceed
    name = call
    throw await death(harness, task.id)
  })
  const context: TaskContext = { ...harness.context, search }
  expect(await runToEnd(context, task.id), `${at} ${name}`).toMatchObject({
    status: 'succeeded',
    error: null,
  })
  const before = await stateOf(task.index)
  await (late as (() => Promise<unknown>) | null)?.().catch(() => undefined)
  await collectOrphans(harness.context, new AbortController().signal)
  expect(await stateOf(task.index), `after call ${at}, ${name}`).toEqual(before)
  const settings = Object.keys(before.settings).join()
  expect(settings).not.toMatch(/blocks\.write|refresh_interval|flush_threshold|segments_per_tier/)
  return name
}

async function atEveryCall(request: (at: number) => Omit<TaskRequest, 'model'>): Promise<string[]> {
  const calls: string[] = []
  for (let at = 0; ; at++) {
    const name = await runWithLateCall(await harness.submit(request(at) as never), at)
    if (name === null) return calls
    calls.push(name)
  }
}

test('no late call of a REINDEX changes the finished index', async () => {
  const calls = await atEveryCall((at) => ({ action: 'REINDEX', index_suffix: `late-${at}` }))
  expect(calls).toEqual(
    expect.arrayContaining(['indices.addBlock', 'indices.putSettings', 'indices.updateAliases', 'bulk']),
  )
})

test('no late call of a filtering task changes the finished index or its source', async () => {
  const source = await stateOf(`${harness.model}-source`)
  const calls = await atEveryCall((at) => ({
    action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
    origin_index_suffix: 'source',
    destination_index_suffix: `late-${at}`,
  }))
  expect(calls).toEqual(
    expect.arrayContaining([
      'indices.addBlock',
      'indices.putSettings',
      'indices.putMapping',
      'deleteByQuery',
    ]),
  )
  expect(await stateOf(`${harness.model}-source`)).toEqual(source)
})
