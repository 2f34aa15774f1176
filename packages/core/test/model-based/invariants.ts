import { expect } from 'vitest'
import { describeIndex, listIndices, collectOrphans } from '../../src/index.ts'
import type { System } from './system.ts'

/** The expected results of the commands of a run, as far as they are known in advance. */
export interface Expectation {
  taskIds: string[]
  /** UUID of the index that each alias pointed to at the last check. */
  served: Map<string, string>
}

export const rows = 6
const sensitiveRows = 3

/** Invariants that hold at every moment, whichever process died or froze. */
export async function checkInvariants(expectation: Expectation, system: System): Promise<void> {
  const { context, model } = system
  const [listed] = (await listIndices(context)).models
  expect(system.violations).toEqual([])
  for (const { alias, indices } of listed?.aliases ?? []) {
    const before = expectation.served.get(alias)
    expect(indices.length, `${alias} points to one index, or to none if it never did`).toBe(
      before === undefined ? Math.min(indices.length, 1) : 1,
    )
    for (const name of indices) {
      const index = await describeIndex(context, name)
      expect(index, `${alias} points to a verified index`).toMatchObject({ verified: true })
      if (alias !== model)
        expect(index, `${alias} serves filtered documents`).toMatchObject({ filtered: true })
      expectation.served.set(alias, index.uuid)
    }
  }
  for (const { name, verified, filtered } of listed?.indices ?? []) {
    if (!verified) continue
    await context.search.indices.refresh({ index: name })
    const { body } = await context.search.search({
      index: name,
      body: { size: 0, track_total_hits: true, aggs: { sensitive: { filter: sensitive } } },
    })
    expect({ total: body.hits.total, sensitive: body.aggregations?.['sensitive'] }, name).toMatchObject({
      total: { value: filtered ? rows - sensitiveRows : rows },
      sensitive: { doc_count: filtered ? 0 : sensitiveRows },
    })
  }
  for (const id of expectation.taskIds) {
    const task = await context.store.get(id)
    expect(task, `task ${id} is not lost`).not.toBe(null)
    const isActive = task?.status === 'queued' || task?.status === 'running'
    const holder = await context.store.findReservation(task?.index ?? '')
    if (isActive) expect(holder, `task ${id} keeps its index for itself`).toBe(id)
    else expect(holder, `task ${id} has ended`).not.toBe(id)
  }
}

const sensitive = { match_phrase: { 'title.raw': 'sensitive' } }

/** Invariants that hold once all workers have resumed and every task has ended. */
export async function checkEnd(expectation: Expectation, system: System): Promise<void> {
  const { context, model } = system
  await system.thaw()
  for (const id of expectation.taskIds) await system.run(id)
  await collectOrphans(context, new AbortController().signal)
  await checkInvariants(expectation, system)
  for (const id of expectation.taskIds) {
    const task = await context.store.get(id)
    expect(task?.status).toMatch(/^(succeeded|failed|cancelled)$/)
    expect(task?.error ?? {}, 'a task ends by a reason that its caller can understand').not.toMatchObject({
      code: 'internal_error',
    })
    const moves = await context.store.recentAliasMoves(model, 600_000)
    expect(moves.filter(({ taskId }) => taskId === id).length).toBeLessThanOrEqual(1)
  }
  const { body } = await context.search.indices.get({ index: `${model}-*` })
  for (const [name, { aliases, settings }] of Object.entries(body)) {
    expect(Object.keys(aliases ?? {}).join(), name).not.toContain('ingest-')
    const record = await context.store.getIndex(String(settings?.index?.uuid))
    // A clone keeps the names of blocks that it was created without, with null as their values.
    if (record) expect(JSON.stringify(settings?.index?.blocks ?? {}), name).not.toContain('true')
  }
}
