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
  /** Finds it again when it was started and its id was not saved. */
  label: string
  /** What was saved; null: not started, as far as is known. */
  id: string | null
  /** @param requestsPerSecond documents in a second at most; null: as many as it can */
  start(requestsPerSecond: number | null): Promise<string>
  /** False for one whose rate can't be limited. */
  isThrottled?: boolean
  /** Called once it runs, and whenever it got further; its end included. */
  onProgress(id: string, report: SearchTaskReport | null): Promise<void>
}

export type SearchTaskEnd =
  | { kind: 'paused' }
  | { kind: 'done'; report: SearchTaskReport }
  /** It did something that can no longer be counted, or not all of it. */
  | { kind: 'spoiled'; reason: string }

/**
 * Starts a task of OpenSearch, or finds the one that an earlier run of the item started, and asks after it until it
 * has ended. It goes on by itself while the item is given back.
 *
 * @throws IndexReplacedError when an index or alias that it needs is gone
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
  for (let pollMs = firstPollMs; ; pollMs = Math.min(maxPollMs, pollMs * 2)) {
    const report = await readSearchTask(search, id)
    if (!report) return { kind: 'spoiled', reason: `OpenSearch lost its task ${id}` }
    if (report.indexGone) throw new IndexReplacedError(task.index)
    if (report.failure !== null) return { kind: 'spoiled', reason: report.failure }
    await onProgress(id, report)
    if (report.ended) return { kind: 'done', report }
    if (context.isPausing()) return { kind: 'paused' }
    if (isThrottled && rate !== readRate(context)) {
      rate = readRate(context)
      await throttleSearchTask(search, id, rate)
    }
    await clock.sleep(pollMs, signal)
  }
}

/** The lower of what the server allows and what was set for this task, which may change while it runs. */
function readRate({ settings, limits }: ItemContext): number | null {
  const rates = [settings.requestsPerSecond, limits().documentsPerSecond].filter((rate) => rate !== null)
  return rates.length === 0 ? null : Math.min(...rates)
}
