import type { FailedDocument, Task, TaskEvent, TaskItem, TaskRates } from '@ingestion-server/sdk'
import type { FetchResult } from '../fetch-result.ts'
import { fetchForPage } from './fetch-for-page.ts'
import { toCommands, type Command } from './commands.ts'
import { ingestion } from './services.ts'
import { settings } from './settings.ts'

/** The data of a task's page. */
export interface TaskDetail {
  task: Task
  events: TaskEvent[]
  items: TaskItem[]
  rates: TaskRates['rates']
  failedDocuments: FailedDocument[]
  /** The same request for curl, the SDK and the command line. */
  commands: Command[]
}

/** The page shows only the first entries of each list. */
const maxEvents = 500
const maxItems = 500
const maxFailedDocuments = 50

/** @throws HttpError 404 when there is no such task */
export function readTaskDetail(actor: string, id: string): Promise<FetchResult<TaskDetail>> {
  return fetchForPage(read(actor, id))
}

async function read(actor: string, id: string): Promise<TaskDetail> {
  const handle = await ingestion.as(actor).tasks.handle(id)
  const { task } = handle
  const [events, items, rates, failedDocuments] = await Promise.all([
    collect(handle.history(), maxEvents),
    collect(handle.items(), maxItems),
    handle.rates(),
    task.counts.failed > 0 ? collect(handle.failedDocuments(), maxFailedDocuments) : [],
  ])
  const commands = toCommands(task, {
    url: settings.ingestionPublicUrl,
    needsToken: settings.ingestion.token !== undefined,
  })
  return { task, events, items, rates: rates.rates, failedDocuments, commands }
}

async function collect<Item>(source: AsyncIterable<Item>, limit: number): Promise<Item[]> {
  const items: Item[] = []
  for await (const item of source) {
    items.push(item)
    if (items.length >= limit) break
  }
  return items
}
