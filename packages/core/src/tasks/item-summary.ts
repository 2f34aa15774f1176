import { maxItemParts, type TaskItemPart, type TaskItemSummary } from '../contract/index.ts'
import type { TaskItem } from './task-history.ts'

/** All items of each stage in at most `maxParts` parts of equal numbers of items. Items by stage and ordinal. */
export function summarizeItems(items: readonly TaskItem[], maxParts = maxItemParts): TaskItemSummary {
  const stages: TaskItem[][] = []
  for (const item of items) {
    if (stages.at(-1)?.[0]?.stage === item.stage) stages.at(-1)?.push(item)
    else stages.push([item])
  }
  return {
    stages: stages.map((ofStage) => {
      const perPart = Math.ceil(ofStage.length / maxParts)
      const parts: TaskItemPart[] = []
      for (let start = 0; start < ofStage.length; start += perPart)
        parts.push(toPart(ofStage.slice(start, start + perPart)))
      const [{ stage, phase }] = ofStage as [TaskItem]
      return { stage, phase, ...toGroup(ofStage), parts }
    }),
  }
}

function toPart(items: readonly TaskItem[]): TaskItemPart {
  const [first, last] = [items[0] as TaskItem, items.at(-1) as TaskItem]
  const share = items.reduce((sum, item) => sum + shareOf(item), 0) / items.length
  return {
    first: first.ordinal,
    ...toGroup(items),
    range: first.range && last.range && { after: first.range.after, end: last.range.end },
    share,
  }
}

function toGroup(items: readonly TaskItem[]) {
  const done = items.filter(({ state }) => state === 'done')
  return {
    items: items.length,
    done: done.length,
    claimed: items.filter(({ state }) => state === 'claimed').length,
    repeated: items.reduce((sum, { attempt }) => sum + Math.max(0, attempt - 1), 0),
    started_at: first(items.map(({ startedAt }) => startedAt)),
    finished_at: last(done.map(({ doneAt }) => doneAt)),
  }
}

/** An item without a lower bound is taken as not begun until it is done. */
function shareOf({ state, range, doneUpTo }: TaskItem): number {
  if (state === 'done') return 1
  if (range?.after == null || doneUpTo === null) return 0
  const [from, end, now] = [range.after, range.end, doneUpTo].map(BigInt) as [bigint, bigint, bigint]
  return end > from ? Math.min(1, Math.max(0, Number(now - from) / Number(end - from))) : 0
}

const byTime = (a: string, b: string) => Date.parse(a) - Date.parse(b)
const sorted = (times: readonly (string | null)[]) => times.filter((time) => time !== null).sort(byTime)
const first = (times: readonly (string | null)[]) => sorted(times)[0] ?? null
const last = (times: readonly (string | null)[]) => sorted(times).at(-1) ?? null
