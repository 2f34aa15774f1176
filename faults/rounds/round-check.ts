import { setTimeout as delay } from 'node:timers/promises'
import type { Task } from '@ingestion-server/core/contract'
import { listAllowedStates, type DocumentState } from '@ingestion-server/core/testing/row-history.ts'
import { readIndex } from '@ingestion-server/core/testing/read-index.ts'
import type { CommitLog } from '../oracle/commit-log.ts'
import { listDifferences, listFilterDifferences } from '../oracle/differences.ts'
import { listLeftovers } from '../oracle/leftovers.ts'
import { sensitiveTerm, type Testbed } from '../testbed/testbed.ts'
import { readAsOf } from './catalog.ts'
import type { RoundPlan } from './round-plan.ts'
import type { RoundResult } from './round-result.ts'

/** Orphans are collected once a minute, by a process that may have been restarted. */
const orphanTimeoutMs = 150_000
const pollMs = 500
const maxTransactionSeconds = 35

type Found = Pick<RoundResult, 'documents' | 'differences' | 'leftovers'>

export interface RoundCheck {
  /** Indices that the round's tasks work on, whether they exist or not. */
  indices: readonly string[]
  /** Called when a task of the round has finally ended. */
  ended(task: Task): void
  /** Compares all indices. */
  run(): Promise<Found>
  /**
   * The same again some rounds later, when everything that is late has arrived, and a check for orphans: they have to
   * disappear within a bounded time. Then the indices are removed.
   */
  finish(): Promise<Found>
}

export function createRoundCheck(
  testbed: Testbed,
  { scenario }: RoundPlan,
  suffix: string,
  log: CommitLog,
): RoundCheck {
  const index = `image-${suffix}`
  const filtered = `${index}-filtered`
  const indices = scenario === 'filter' ? [index, filtered] : [index]
  const tasks = new Map<string, Task>()
  let allowed: Map<string, DocumentState[]> | null = null

  /** Indices that exist and are complete. */
  function listExpected(): string[] {
    const succeeded = (action: string) => tasks.get(action)?.status === 'succeeded'
    if (succeeded('DELETE_INDEX')) return []
    return [
      ...(succeeded('REINDEX') ? [index] : []),
      ...(succeeded('CREATE_AND_POPULATE_FILTERED_INDEX') ? [filtered] : []),
    ]
  }

  async function compare(): Promise<{ documents: number; differences: string[] }> {
    const expected = listExpected()
    if (!expected.includes(index)) return { documents: 0, differences: [] }
    const reindexed = tasks.get('REINDEX') as Task // it has succeeded
    allowed ??= await listAllowedStates(
      testbed.sql(),
      log.commits,
      await readAsOf(testbed.sql(), reindexed.task_id),
    )
    const documents = await readIndex(testbed.search, index)
    const differences = listDifferences(documents, allowed).map((line) => `${index}: ${line}`)
    if (expected.includes(filtered)) {
      const found = await readIndex(testbed.search, filtered)
      const lines = listFilterDifferences(found, documents, sensitiveTerm)
      differences.push(...lines.map((line) => `${filtered}: ${line}`))
    }
    return { documents: documents.size, differences: [...differences, ...(await compareAlias())] }
  }

  /** An alias that was pointed serves exactly the index that the task names. */
  async function compareAlias(): Promise<string[]> {
    const task = tasks.get('POINT_ALIAS')
    if (task?.status !== 'succeeded') return []
    const alias = String(task.request['alias'])
    const { body } = await testbed.search.indices.getAlias(
      { index: 'image-*', name: alias },
      { ignore: [404] },
    )
    const targets = Object.keys(body)
    // Later rounds move the alias again.
    return targets.length === 1 && (targets[0] === index || isFinishing)
      ? []
      : [`alias ${alias} points to ${JSON.stringify(targets)}, expected ${index}`]
  }
  let isFinishing = false

  async function waitForNothing(): Promise<string[]> {
    const giveUpAt = Date.now() + orphanTimeoutMs
    for (;;) {
      const found = await listLeftovers({
        search: testbed.search,
        sql: testbed.sql(),
        databaseUrl: testbed.postgres.url(),
        expectedIndices: listExpected(),
        indexPattern: `*${suffix}*`,
        maxTransactionSeconds,
      })
      if (found.length === 0 || Date.now() > giveUpAt) return found
      await delay(pollMs)
    }
  }

  return {
    indices,
    ended: (task) => void tasks.set(task.action, task),
    run: async () => ({ ...(await compare()), leftovers: [] }),
    async finish() {
      isFinishing = true
      const found = { ...(await compare()), leftovers: await waitForNothing() }
      await testbed.search.indices.delete({ index: `*${suffix}*`, expand_wildcards: 'all' })
      return found
    },
  }
}
