import { maxItemParts, type TaskItemPart, type TaskItemSummary } from '../../../src/contract/index.ts'
import type { TaskItem } from '../../../src/tasks/task-history.ts'
import { shareOf } from '../../../src/tasks/task-item.ts'
import { toSortable } from '../sortable-time.ts'

/** All items of each stage in at most `maxItemParts` parts of equal numbers of items. Items by stage and ordinal. */
export function summarizeItems(items: readonly TaskItem[]): TaskItemSummary {
  const stages = Map.groupBy(items, ({ stage }) => stage)
  return {
    stages: [...stages].map(([stage, ofStage]) => {
      const perPart = Math.ceil(ofStage.length / maxItemParts)
      const parts: TaskItemPart[] = []
      for (let start = 0; start < ofStage.length; start += perPart)
        parts.push(toPart(ofStage.slice(start, start + perPart)))
      return { stage, phase: ofStage[0]?.phase ?? 'done', ...toGroup(ofStage), parts }
    }),
  }
}

function toPart(items: readonly TaskItem[]): TaskItemPart {
  const [first, last] = [items[0] as TaskItem, items.at(-1) as TaskItem]
  const shares = items.filter(({ state }) => state !== 'done').map(shareOf)
  const done = items.length - shares.length
  return {
    first: first.ordinal,
    ...toGroup(items),
    range: first.range && last.range && { after: first.range.after, end: last.range.end },
    share: shares.reduce((sum, share) => sum + share, done) / items.length,
  }
}

function toGroup(items: readonly TaskItem[]) {
  const times = (values: readonly (string | null)[]) => values.filter((time) => time !== null).sort(byTime)
  return {
    items: items.length,
    done: items.filter(({ state }) => state === 'done').length,
    claimed: items.filter(({ state }) => state === 'claimed').length,
    repeated: items.reduce((sum, { attempt }) => sum + Math.max(0, attempt - 1), 0),
    started_at: times(items.map(({ startedAt }) => startedAt))[0] ?? null,
    finished_at: times(items.map(({ doneAt }) => doneAt)).at(-1) ?? null,
  }
}

const byTime = (a: string, b: string) => (toSortable(a) < toSortable(b) ? -1 : 1)
