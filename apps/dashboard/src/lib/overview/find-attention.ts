import type { Index, IndexList, Task, TaskSummary } from '@ingestion-server/sdk'
import { roleFor } from '../action-role.ts'
import { filteredEnding } from '../filtered-ending.ts'
import { formatCount, formatDuration } from '@ingestion-server/format'
import { secondsBetween } from '../format/time.ts'
import { toSentence } from '../format/sentence.ts'
import { route } from '../route.ts'
import { serviceWords } from '../task-words.ts'
import { taskTitle } from '../task/task-title.ts'
import { freshnessOf, freshnessTones } from '../freshness.ts'
import { findNewerBuild } from './newer-build.ts'
import type { Attention } from './overview.ts'

type ModelIndices = IndexList['models'][number]

/** Failed tasks of one model and action since the last success of that kind. */
export interface FailedKind {
  /** The one that ended last. */
  latest: Task
  count: number
  /** There are more than were counted. */
  isMore: boolean
}

export interface AttentionInput {
  models: readonly ModelIndices[]
  failedKinds: readonly FailedKind[]
  active: readonly Task[]
  durations: TaskSummary['durations']
  now: number
}

/** A task that takes this many times as long as usual may be stalled. */
const stalledTimes = 3
/** Less than this is never a stall, seconds. */
const stalledSeconds = 600

/** What an operator should do next, the worst first. */
export function findAttention(input: AttentionInput): Attention[] {
  const found = [
    ...input.models.flatMap((model) => ofModel(model, input)),
    ...input.failedKinds.map(ofFailedKind),
    ...input.active.flatMap((task) => ofActive(task, input)),
  ]
  return [...found.filter(({ tone }) => tone === 'bad'), ...found.filter(({ tone }) => tone === 'warn')]
}

function ofModel(model: ModelIndices, input: AttentionInput): Attention[] {
  const { indices } = model
  const found: Attention[] = []
  for (const index of indices.filter(({ health }) => health === 'red')) {
    found.push({
      id: `red/${index.name}`,
      tone: 'bad',
      text: `${index.name} is red: some of its shards are missing.`,
      at: null,
      link: { text: 'See the index', href: route.index(index.name) },
      retry: null,
    })
  }
  const target = (alias: string) => model.aliases.find((each) => each.alias === alias)?.indices ?? []
  const find = (names: readonly string[]) =>
    names.length === 1 ? indices.find(({ name }) => name === names[0]) : undefined
  const [main, filtered] = [target(model.model), target(`${model.model}${filteredEnding}`)]
  if (main.length === 0) found.push(withoutIndex(model))
  const live = find(main)
  const liveFiltered = find(filtered)
  if (live) {
    found.push(...stale(model, live, input))
    if (filtered.length === 0) found.push(behind(model, live, undefined))
    else if (liveFiltered && liveFiltered.filteredFrom !== live.uuid && liveFiltered.uuid !== live.uuid)
      found.push(behind(model, live, liveFiltered))
  }
  return found
}

function withoutIndex({ model, indices }: ModelIndices): Attention {
  const newest = indices.find(({ verified, filtered }) => verified && !filtered)
  return {
    id: `no-index/${model}`,
    tone: indices.length === 0 ? 'warn' : 'bad',
    text: `The alias ${model} points to no index, so searches fail.`,
    at: null,
    link: newest
      ? { text: `Promote ${newest.name}`, href: promote(newest, 'default') }
      : { text: 'Build an index', href: route.newTaskForm('reindex', { model }) },
    retry: null,
  }
}

function stale(entry: ModelIndices, live: Index, { active, now }: AttentionInput): Attention[] {
  const { model, freshnessTargetSeconds } = entry
  const freshness = freshnessOf(live.asOf, freshnessTargetSeconds, now)
  if (freshness === null || freshness === 'fresh') return []
  const building = active.find((task) => task.model === model && task.action === 'REINDEX')
  const newer = findNewerBuild(entry)
  const target = formatDuration(freshnessTargetSeconds ?? 0)
  const hint = newer ? '; a newer index is ready' : building ? '; a new index is being built' : ''
  return [
    {
      id: `stale/${model}`,
      tone: freshnessTones[freshness],
      text: `The data of ${model} are older than their target of ${target}${hint}.`,
      at: live.asOf,
      link: newer
        ? { text: `Promote ${newer.name}`, href: newer.href }
        : building
          ? { text: 'See the build', href: route.task(building.taskId) }
          : { text: 'Build an index', href: route.newTaskForm('reindex', { model }) },
      retry: null,
    },
  ]
}

/** The filtered alias has no index, or one of another generation than the main alias. */
function behind({ model, indices }: ModelIndices, live: Index, filtered: Index | undefined): Attention {
  const alias = `${model}${filteredEnding}`
  const copy = indices.find((index) => index.filteredFrom === live.uuid && index.verified)
  return {
    id: `filtered/${model}`,
    tone: 'warn',
    text: filtered
      ? `${alias} points to ${filtered.name}, which was not filtered from ${live.name}, the index of ${model}.`
      : `The alias ${alias} points to no index, so searches fail.`,
    at: null,
    link: copy
      ? { text: `Promote ${copy.name}`, href: promote(copy, 'filtered') }
      : {
          text: `Filter ${live.name}`,
          href: route.newTaskForm('filter', { index: `${model}/${live.suffix}` }),
        },
    retry: null,
  }
}

const promote = ({ model, suffix }: Index, alias: string) =>
  route.newTaskForm('promote', { index: `${model}/${suffix}`, alias })

function ofFailedKind({ latest, count, isMore }: FailedKind): Attention {
  const others =
    count > 1 ? ` ${formatCount(count)}${isMore ? ' or more' : ''} failed since the last success.` : ''
  return {
    id: `failed/${latest.model}/${latest.action}`,
    tone: 'bad',
    text: `${taskTitle(latest)} failed${latest.error ? `: ${toSentence(latest.error.detail.slice(0, 300))}` : '.'}${others}`,
    at: latest.finishedAt,
    link: { text: 'See the task', href: route.task(latest.taskId) },
    retry: { taskId: latest.taskId, role: roleFor(latest.action) },
  }
}

function ofActive(task: Task, { durations, now }: AttentionInput): Attention[] {
  const { taskId, model, action, waiting, startedAt, status } = task
  const link = { text: 'See the task', href: route.task(taskId) }
  if (waiting) {
    const service = serviceWords[waiting.for] ?? waiting.for
    const text = `${taskTitle(task)} waits for ${service}: ${toSentence(waiting.reason.slice(0, 300))}`
    return [{ id: `waiting/${taskId}`, tone: 'warn', text, at: waiting.since, link, retry: null }]
  }
  const median = durations.find((kind) => kind.model === model && kind.action === action)?.medianSeconds
  const seconds = startedAt === null ? 0 : secondsBetween(startedAt, null, now)
  if (
    status !== 'running' ||
    median === undefined ||
    seconds < Math.max(stalledSeconds, stalledTimes * median)
  )
    return []
  const text = `${taskTitle(task)} has run for more than ${stalledTimes} times the usual ${formatDuration(median)}.`
  return [{ id: `slow/${taskId}`, tone: 'warn', text, at: startedAt, link, retry: null }]
}
