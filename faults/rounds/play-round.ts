import type { Task } from '@ingestion-server/core/contract'
import type { FaultKind } from '../kinds/index.ts'
import { createCommitLog } from '../oracle/commit-log.ts'
import { writeThroughFaults } from '../oracle/writers.ts'
import type { Testbed } from '../testbed/testbed.ts'
import { createApiClient, startProbing, type ApiClient } from './api-client.ts'
import { fillCatalog, watchNewestTask } from './catalog.ts'
import { createRoundCheck, type RoundCheck } from './round-check.ts'
import type { RoundPlan } from './round-plan.ts'
import type { RoundResult, TaskEnd } from './round-result.ts'
import { runFaults, type InjectedFault } from './run-faults.ts'
import { requestsOf } from './scenario-requests.ts'
import { submitDuring } from './submit-during.ts'

const pollMs = 40

/** Codes with which a task may fail whenever a service, or its workers, are unavailable for too long. */
const expectedCodes: readonly string[] = ['search_unavailable', 'database_unavailable', 'workers_lost']

export interface PlayOptions {
  round: number
  /** Unique among all runs on a cluster. */
  prefix: string
  kinds: readonly FaultKind[]
}

export interface PlayedRound {
  result: RoundResult
  /** Repeated later, when everything that is late has arrived; then it removes the indices. */
  check: RoundCheck
}

/** Runs one round: rows, writers, tasks and faults; then compares the result with the expected one. */
export async function playRound(
  testbed: Testbed,
  plan: RoundPlan,
  { round, prefix, kinds }: PlayOptions,
): Promise<PlayedRound> {
  const startedAt = performance.now()
  const suffix = `${prefix}-${String(round).padStart(5, '0')}`
  const log = createCommitLog(testbed.sql)
  await fillCatalog(testbed.sql(), plan.rows, log)
  const watch = watchNewestTask(testbed)
  const writing = plan.writers.map((transactions) =>
    writeThroughFaults(testbed.postgres.url, transactions, log, watch),
  )
  for (const writer of writing) writer.catch(() => watch.end())
  const probing = startProbing(testbed)
  const codes = [
    ...expectedCodes,
    ...kinds
      .filter(({ name }) => plan.faults.some(({ fault }) => fault.kind === name))
      .flatMap((kind) => kind.codes ?? []),
  ]
  const run: RoundRun = { testbed, api: createApiClient(testbed), plan, ends: [], injected: [], codes }
  const check = createRoundCheck(testbed, plan, suffix, log)
  try {
    await playTasks(run, suffix, check)
  } catch (error) {
    testbed.report(String((error as Error).stack))
  } finally {
    watch.end()
    const settled = await Promise.allSettled(writing)
    for (const writer of settled)
      if (writer.status === 'rejected') testbed.report(describeError(writer.reason))
    await probing.stop()
    await testbed.http.idle()
  }
  const found = await check.run()
  return {
    check,
    result: {
      round,
      seed: plan.seed,
      scenario: plan.scenario,
      faults: run.injected,
      ends: run.ends,
      disturbedEnd: requestsOf(plan.scenario, suffix, true).before.length,
      ...found,
      problems: testbed.takeProblems(),
      ms: Math.round(performance.now() - startedAt),
    },
  }
}

const describeError = (error: unknown) => String(error instanceof Error ? error.stack : error)

interface RoundRun {
  testbed: Testbed
  api: ApiClient
  plan: RoundPlan
  ends: TaskEnd[]
  injected: InjectedFault[]
  codes: readonly string[]
}

/** Tasks before the faults, tasks during them, and tasks that have to succeed after them. */
async function playTasks(run: RoundRun, suffix: string, check: RoundCheck): Promise<void> {
  const { endMs } = run.testbed.limits
  const { before, disturbed } = requestsOf(run.plan.scenario, suffix, run.testbed.openSearch.own !== null)
  const untroubled = new AbortController().signal
  for (const request of before) {
    const task = await run.api.submit(request, AbortSignal.timeout(endMs))
    const ended = await waitForEnd(run, task.task_id, Promise.resolve(), untroubled)
    if (ended.status !== 'succeeded') throw new Error(`without a fault: ${JSON.stringify(ended.error)}`)
    check.ended(ended)
  }
  const over = new AbortController()
  const target = { indices: check.indices }
  const firstCall = run.testbed.http.calls()
  const faults = runFaults(run.testbed, target, run.plan.faults, over.signal).then((injected) =>
    run.injected.push(...injected),
  )
  const endFaults = async () => {
    over.abort()
    await faults
  }
  try {
    const bounded = AbortSignal.timeout(2 * endMs)
    const { task_id: taskId } = await submitDuring(endFaults, run.codes, () =>
      run.api.submit(disturbed, bounded),
    )
    const cancelling = run.plan.scenario.startsWith('cancel')
      ? cancelAfter(run, taskId, firstCall + run.plan.cancelAfterCalls, bounded)
      : Promise.resolve()
    // Reported below, once the task has ended.
    cancelling.catch(() => undefined)
    let ended = await waitForEnd(run, taskId, faults, bounded)
    await cancelling
    await endFaults()
    checkEnd(run, ended)
    ended = await finish(run, ended)
    check.ended(ended)
  } finally {
    await endFaults()
  }
}

async function cancelAfter(run: RoundRun, taskId: string, calls: number, signal: AbortSignal): Promise<void> {
  await run.testbed.http.reached(calls, AbortSignal.any([signal, AbortSignal.timeout(3_000)]))
  // 409: it has ended already.
  await run.api.cancel(taskId, signal).catch((error: Error) => {
    if (!error.message.includes('task_state')) throw error
  })
}

/** Tasks that have not succeeded, and were not cancelled for good, have to succeed without faults. */
async function finish(run: RoundRun, ended: Task): Promise<Task> {
  const { scenario } = run.plan
  const again =
    ended.status === 'failed' || (ended.status === 'cancelled' && scenario === 'cancel, then retry')
      ? 'retry'
      : scenario === 'reindex, then redrive' && ended.counts.failed > 0
        ? 'failed_documents/redrive'
        : null
  if (again === null) return ended
  const bounded = AbortSignal.timeout(run.testbed.limits.endMs)
  await run.api.runAgain(ended.task_id, again, bounded)
  const second = await waitForEnd(run, ended.task_id, Promise.resolve(), bounded)
  if (second.status !== 'succeeded' || second.counts.failed > 0)
    throw new Error(
      `${again} without a fault ended ${second.status}: ${JSON.stringify(second.error ?? second.counts)}`,
    )
  return second
}

/** Waits for the end of a task, for a bounded time after the end of the faults. */
async function waitForEnd(
  run: RoundRun,
  taskId: string,
  faults: Promise<unknown>,
  signal: AbortSignal,
): Promise<Task> {
  const { endMs } = run.testbed.limits
  const startedAt = performance.now()
  let faultsEndedAt = Infinity
  void faults.then(() => (faultsEndedAt = performance.now()))
  for (;;) {
    const task = await run.api.getTask(taskId, signal)
    const now = performance.now()
    if (!task.active) {
      const msToEnd = Math.round(
        now - (faultsEndedAt === Infinity ? now : Math.max(startedAt, faultsEndedAt)),
      )
      const { action, status, error } = task
      run.ends.push({ action, status, code: error?.code ?? null, msToEnd })
      return task
    }
    if (now - faultsEndedAt > endMs)
      throw new Error(
        `task ${taskId} did not end in ${endMs / 1_000} s after the faults: ${JSON.stringify(task)}`,
      )
    await new Promise((resolve) => setTimeout(resolve, pollMs))
  }
}

/** A task succeeds, is cancelled on request, or fails with an error code that the faults explain. */
function checkEnd({ testbed, plan, codes }: RoundRun, { status, error, task_id: taskId }: Task): void {
  if (status === 'succeeded') return
  if (status === 'cancelled' && plan.scenario.startsWith('cancel')) return
  if (status === 'failed' && error !== null && codes.includes(error.code)) return
  const end = status === 'failed' ? 'failed with an unexpected error code' : `ended ${status} unexpectedly`
  testbed.report(`task ${taskId} ${end}: ${JSON.stringify(error)}`)
}
