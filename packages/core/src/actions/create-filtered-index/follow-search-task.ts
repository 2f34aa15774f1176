import { backoffMs } from '../../clock.ts'
import { IndexReplacedError } from '../../errors.ts'
import {
  findSearchTasks,
  readSearchTask,
  throttleSearchTask,
  type SearchTaskReport,
} from '../../search/index.ts'
import type { ItemContext } from '../../tasks/index.ts'

const firstPollMs = 20
const maxPollMs = 1_000

interface Following {
  /** Finds a task that was started without its id being saved. */
  label: string
  /** The saved id; null: none was saved, but the task may have been started. */
  id: string | null
  /** @param requestsPerSecond maximum documents per second; null: unlimited */
  start(requestsPerSecond: number | null): Promise<string>
  /** False for a task whose rate can't be limited. */
  isThrottled?: boolean
  /** Called when the task runs, after each progress, and at its end. */
  onProgress(id: string, report: SearchTaskReport | null): Promise<void>
}

export type SearchTaskEnd =
  | { kind: 'paused' }
  | { kind: 'done'; report: SearchTaskReport }
  /** Its work is incomplete or can't be counted. */
  | { kind: 'failed'; reason: string }

/**
 * Starts an OpenSearch task, or finds the one that an earlier run of the item started, and polls it until it has ended.
 * The OpenSearch task continues while the item is returned.
 *
 * @throws IndexReplacedError when a required index or alias is missing
 */
export async function followSearchTask(context: ItemContext, following: Following): Promise<SearchTaskEnd> {
  const { search, clock, signal, task } = context
  const { label, onProgress, isThrottled = true } = following
  let rate = readRate(context)
  let id = following.id
  if (id === null) {
    id = (await findSearchTasks(search, (other) => other === label))[0] ?? (await following.start(rate))
    await onProgress(id, null)
  }
  for (let polls = 0; ; polls++) {
    const report = await readSearchTask(search, id)
    if (!report) return { kind: 'failed', reason: `OpenSearch lost its task ${id}` }
    if (report.indexGone) throw new IndexReplacedError(task.index)
    if (report.failure !== null) return { kind: 'failed', reason: report.failure }
    await onProgress(id, report)
    if (report.ended) return { kind: 'done', report }
    if (context.isPausing()) return { kind: 'paused' }
    if (isThrottled && rate !== readRate(context)) {
      rate = readRate(context)
      await throttleSearchTask(search, id, rate)
    }
    await clock.sleep(pollMs(polls), signal)
  }
}

/** Without jitter, because one worker follows it. */
const pollMs = (polls: number) => backoffMs(polls, firstPollMs, maxPollMs, () => 1)

/** The lower of the server's limit and the task's limit, which may change while it runs. */
function readRate({ settings, limits }: ItemContext): number | null {
  const rates = [settings.requestsPerSecond, limits().documentsPerSecond].filter((rate) => rate !== null)
  return rates.length === 0 ? null : Math.min(...rates)
}
