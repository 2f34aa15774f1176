import { taskSorts, taskStatuses } from '@ingestion-server/core/contract'
import type { TaskMatch, TaskStatus } from '@ingestion-server/sdk'
import type { FetchResult } from '../fetch-result.ts'
import { timeRanges, type TaskView, type TimeRange } from '../route.ts'
import { quote, setTerm } from '../task/search-terms.ts'
import { parseTaskSearch } from '../task/task-search.ts'
import type { TaskHistory } from '../task/task-row.ts'
import { fetchForPage } from './fetch-for-page.ts'
import { ingestion } from './services.ts'
import { toTaskRow } from './task-row.ts'

const pageSize = 50
const hourMs = 3_600_000

/** Parameters that are terms of the search box, for links that were made before there was one. */
const termParameters = { model: 'model', action: 'action', index: 'index', requested_by: 'by' } as const

/** The valid parameters of a URL's query; invalid ones are ignored, because users may edit the URL. */
export function readTaskView(query: URLSearchParams): TaskView {
  const text = (name: string) => query.get(name)?.trim() || undefined
  const terms = Object.entries(termParameters).flatMap(([name, key]) => {
    const value = text(name)
    return value === undefined ? [] : [`${key}:${quote(value)}`]
  })
  return {
    q: [text('q'), ...terms].filter(Boolean).join(' ') || undefined,
    status: taskStatuses.find((name) => name === text('status')),
    since: (Object.keys(timeRanges) as TimeRange[]).find((name) => name === text('since')),
    sort: taskSorts.find((name) => name === text('sort') && name !== 'newest'),
    page: text('page'),
  }
}

/** What the view asks of the server. */
export function readMatch(
  { q, status, since }: TaskView,
  now = Date.now(),
): { match: TaskMatch; statuses: TaskStatus[]; problems: string[] } {
  const { match, statuses, problems } = parseTaskSearch(q ?? '')
  const start = since && new Date(now - timeRanges[since] * hourMs).toISOString()
  const createdAfter = [match.createdAfter, start]
    .filter((time) => time !== undefined)
    .sort()
    .at(-1)
  const chosen = statuses.length > 0 || status === undefined ? statuses : [status]
  return { match: { ...match, createdAfter }, statuses: chosen, problems }
}

/** The text of the search box for the tabs, which choose the status. */
export const withoutStatus = ({ q = '' }: TaskView) => setTerm(q, 'status', null)

/** One page of the history, with the counts of all tasks that match. */
export async function readHistory(actor: string, view: TaskView): Promise<FetchResult<TaskHistory>> {
  const { match, statuses, problems } = readMatch(view)
  const others = withoutStatus(view)
  const { tasks } = ingestion.as(actor)
  const status = statuses.length > 0 ? statuses : undefined
  return fetchForPage(
    Promise.all([
      tasks.list({ ...match, status, sort: view.sort, pageSize, pageToken: view.page }),
      tasks.summary(match),
    ]).then(([page, { counts, failures, durations }]) => ({
      tasks: page.tasks.map((task) => toTaskRow(task, durations)),
      nextPageToken: page.nextPageToken,
      counts,
      failures: failures.map(({ code, count }) => ({ code, count, q: setTerm(others, 'code', code) })),
      statuses,
      problems,
    })),
  )
}
