import { afterAll, beforeAll, expect, test } from 'vitest'
import { collectOrphans, SearchRefusedError, type TaskContext } from '../../src/index.ts'
import { createPromoteHarness, type PromoteHarness } from '../promote/promote-harness.ts'
import { runToEnd } from '../support/harness.ts'
import { interceptCalls } from '../support/intercept-calls.ts'

let harness: PromoteHarness
let model: string
beforeAll(async () => {
  harness = await createPromoteHarness()
  ;({ model } = harness)
  await harness.build('a')
})
afterAll(() => harness.close())

const never = new AbortController().signal

/** Tasks of this suite only: the cluster has those of others too. */
async function collect(taskId: string) {
  const found = await collectOrphans(harness.context, never)
  return found.filter((collected) => collected.taskId === taskId).map(({ index, did }) => ({ index, did }))
}

/** OpenSearch is unavailable from a certain call on, so that nothing can be cleaned up. */
function goneAfter(lastCall: string): TaskContext {
  let isGone = false
  const search = interceptCalls(harness.search, async (call, proceed) => {
    if (isGone) throw new SearchRefusedError('gone')
    const response = await proceed()
    isGone = call === lastCall
    return response
  })
  return { ...harness.context, search }
}

test('the block and the partial index of a task that could not clean up are removed', async () => {
  const failed = await harness.run(
    { action: 'CREATE_AND_POPULATE_FILTERED_INDEX', destination_index_suffix: 'a' },
    goneAfter('indices.clone'),
  )
  expect(failed).toMatchObject({ status: 'failed', error: { clean_up_failed: 'gone' } })
  const before = await harness.search.indices.getSettings({ index: `${model}-a` })
  expect(JSON.stringify(before.body)).toContain('"blocks"')

  const collected = await collect(failed.id)
  expect(collected).toContainEqual({ index: `${model}-a`, did: 'alias_removed' })
  expect(collected).toContainEqual({ index: `${model}-a-filtered`, did: 'deleted' })
  const after = await harness.search.indices.getSettings({ index: `${model}-a` })
  expect(JSON.stringify(after.body)).not.toContain('"blocks"')
  expect(await harness.aliasesOf(`${model}-a`)).toEqual([])
  expect((await harness.search.indices.exists({ index: `${model}-a-filtered` })).statusCode).toBe(404)
  expect(await collect(failed.id)).toEqual([])
})

test('the index of a failed REINDEX loses its write alias, and is kept for a retry', async () => {
  const failed = await harness.run({ action: 'REINDEX', index_suffix: 'b' }, goneAfter('indices.create'))
  expect(failed.status).toBe('failed')
  expect(await collect(failed.id)).toEqual([{ index: `${model}-b`, did: 'alias_removed' }])
  expect(await harness.aliasesOf(`${model}-b`)).toEqual([])
  await harness.context.store.retry(failed.id)
  expect(await runToEnd(harness.context, failed.id)).toMatchObject({ status: 'succeeded' })
})

test('an index that a late worker creates after its REINDEX was cancelled is deleted', async () => {
  const { context, search } = harness
  const task = await harness.submit({ action: 'REINDEX', index_suffix: 'c' })
  await context.store.cancel(task.id)
  await search.indices.create({
    index: `${model}-c`,
    body: { mappings: { _meta: { task_id: task.id } }, aliases: { [`ingest-${task.id}-1`]: {} } },
  })
  expect(await collect(task.id)).toEqual([{ index: `${model}-c`, did: 'deleted' }])
})

test('indices of active tasks and of unknown tasks are left unchanged', async () => {
  const { context, search } = harness
  const active = await harness.submit({ action: 'REINDEX', index_suffix: 'd' })
  const unknown = crypto.randomUUID()
  for (const id of [active.id, unknown]) {
    await search.indices.create({ index: `${model}-of-${id}`, body: { aliases: { [`ingest-${id}-1`]: {} } } })
  }
  expect([...(await collect(active.id)), ...(await collect(unknown))]).toEqual([])
  expect(await harness.aliasesOf(`${model}-of-${unknown}`)).toEqual([`ingest-${unknown}-1`])
  await context.store.cancel(active.id)
})
