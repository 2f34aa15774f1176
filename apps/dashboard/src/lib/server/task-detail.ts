import { findActionFacts } from '@ingestion-server/core/actions'
import type { FailedDocumentSummary, Task, TaskEvent, TaskHandle, TaskRates } from '@ingestion-server/sdk'
import { roleFor } from '../action-role.ts'
import type { FetchResult } from '../fetch-result.ts'
import { runAgainUrl } from '../new-task/task-fields.ts'
import type { Role } from '../role.ts'
import type { Advice } from '../task/advice.ts'
import { packStages, type PackedStage } from '../task/item-parts.ts'
import { adviseNext } from '../task/next-steps.ts'
import { taskTitle } from '../task/task-title.ts'
import { fetchForPage } from './fetch-for-page.ts'
import { toCommands, type Command } from './commands.ts'
import { createReleaseCheck } from './older-server.ts'
import type { Ingestion } from './ingestion.ts'

/** The data of a task's page. */
export interface TaskDetail {
  task: Task
  /** Time of the dashboard's server, milliseconds since the epoch: the browser's clock may be wrong. */
  now: number
  events: TaskEvent[]
  stages: PackedStage[]
  rates: TaskRates['rates']
  failed: FailedDocumentSummary | null
  /** The number of running tasks, while this one waits for a worker. */
  queue: { running: number } | null
  title: string
  /** That commands on it require. */
  role: Role
  /** A cancel removes an index, unless it should be kept. */
  createsIndex: boolean
  /** It has a rate. Assumed of an unknown action. */
  writesDocuments: boolean
  /** The form of a new task with its values; null: the action is unknown. */
  runAgain: string | null
  /** Null: it is active. */
  advice: Advice | null
  /** The same request for curl, the SDK and the command line. */
  commands: Command[]
}

/** The page shows only the first events. */
const maxEvents = 1_000

/** @param server what the commands need to know of the ingestion server */
export function createTaskDetailReader(ingestion: Ingestion, server: Parameters<typeof toCommands>[1]) {
  const readFailed = createFailedReader()

  async function read(actor: string, id: string): Promise<TaskDetail> {
    const { tasks } = ingestion.as(actor)
    const handle = await tasks.handle(id)
    const { task } = handle
    const [events, items, rates, failed, summary] = await Promise.all([
      collect(handle.history(), maxEvents),
      handle.itemSummary(),
      handle.rates(),
      readFailed(handle),
      task.status === 'queued' ? createReleaseCheck().call('GET /task/summary', tasks.summary(), null) : null,
    ])
    const queue = summary && { running: summary.counts.running }
    const facts = findActionFacts(task.action)
    return {
      task,
      now: Date.now(),
      events,
      stages: packStages(items),
      rates: rates.rates,
      failed,
      queue,
      title: taskTitle(task),
      role: roleFor(task.action),
      createsIndex: facts?.createsIndex ?? false,
      writesDocuments: facts?.writesDocuments ?? true,
      runAgain: runAgainUrl(task),
      advice: adviseNext(task),
      commands: toCommands(task, server),
    }
  }

  /** @throws HttpError 404 when there is no such task */
  return (actor: string, id: string): Promise<FetchResult<TaskDetail>> => fetchForPage(read(actor, id))
}

const maxKnown = 20

/** Remembers the reasons of the active tasks that streams show now: 10,000 failed documents take a while to group. */
function createFailedReader() {
  const known = new Map<string, { key: string; summary: FailedDocumentSummary | null }>()
  return async (handle: TaskHandle): Promise<FailedDocumentSummary | null> => {
    const { task, id } = handle
    const key = JSON.stringify([task.status, task.attempt, task.phase, task.counts.failed])
    const before = known.get(id)
    if (task.active && before?.key === key) return before.summary
    const found = await handle.failedDocumentSummary()
    const summary = found.documents === 0 ? null : found
    known.delete(id)
    known.set(id, { key, summary })
    for (const oldest of [...known.keys()].slice(0, -maxKnown)) known.delete(oldest)
    return summary
  }
}

async function collect<Item>(source: AsyncIterable<Item>, limit: number): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of source) {
    items.push(item)
    if (items.length >= limit) break
  }
  return items
}
