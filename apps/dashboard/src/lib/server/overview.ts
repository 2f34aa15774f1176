import type {
  BuildList,
  Client,
  IndexList,
  Task,
  TaskFilter,
  TaskMatch,
  TaskSummary,
} from '@ingestion-server/sdk'
import type { FetchResult } from '../fetch-result.ts'
import { filteredEnding } from '../filtered-ending.ts'
import { findAttention, type FailedKind } from '../overview/find-attention.ts'
import { findNewerBuild } from '../overview/newer-build.ts'
import { listEnded } from '../overview/ended.ts'
import type { AliasCard, Build, Overview } from '../overview/overview.ts'
import { buildingAction } from './index-parts.ts'
import { fetchForPage } from './fetch-for-page.ts'
import { createReleaseCheck, type ReleaseCheck } from './older-server.ts'
import { toTaskRow } from './task-row.ts'

/** The newest failed tasks, among which those since the last successes are counted. */
const maxFailed = 200
const maxActive = 100
const shownActive = 8
const shownEnded = 8
const buildLimit = 30
const dayMs = 86_400_000

type ModelIndices = IndexList['models'][number]

/** What is live, how fresh it is, what runs, what failed and what to do next. */
export async function readOverview(client: Client, now = Date.now()): Promise<FetchResult<Overview>> {
  const { tasks } = client
  const release = createReleaseCheck()
  const summarize = (match: TaskMatch) => release.call('GET /task/summary', tasks.summary(match), null)
  const list = (query: TaskFilter) =>
    release.call('GET /task?sort', tasks.list(query), { tasks: [], nextPageToken: null })
  const [indices, work] = await Promise.all([
    // Without OpenSearch the tasks are still known.
    fetchForPage(client.indices.list()),
    fetchForPage(
      Promise.all([
        summarize({}),
        summarize({ finishedAfter: new Date(now - dayMs).toISOString() }),
        list({ status: 'failed', sort: 'recently_finished', pageSize: maxFailed }),
        list({ status: ['running', 'queued'], sort: 'longest', pageSize: maxActive }),
        list({ status: ['succeeded', 'cancelled'], sort: 'recently_finished', pageSize: shownEnded }),
      ]),
    ),
  ])
  if (work.value === null) return { value: null, unavailableReason: work.unavailableReason }
  const [summary, lastDay, failed, active, others] = work.value
  const models: ModelIndices[] = [...(indices.value?.models ?? [])]
  const rest = await fetchForPage(
    Promise.all([
      Promise.all(models.map((model) => readCards(client, model, release))),
      findFailedKinds(client, failed.tasks, failed.nextPageToken !== null),
    ]),
  )
  if (rest.value === null) return { value: null, unavailableReason: rest.unavailableReason }
  const [cards, failedKinds] = rest.value
  const recent = failed.tasks.filter(({ finishedAt }) => finishedAt && Date.parse(finishedAt) >= now - dayMs)
  const durations = summary?.durations ?? []
  return {
    value: {
      cards: cards.flat(),
      indicesUnavailableReason: indices.unavailableReason,
      lacking: release.lacking(),
      counts: summary && lastDay && toCounts(summary, lastDay),
      attention: findAttention({ models, failedKinds, active: active.tasks, durations, now }),
      active: active.tasks.slice(0, shownActive).map((task) => toTaskRow(task, durations)),
      ended: listEnded(recent, others.tasks, shownEnded),
    },
    unavailableReason: null,
  }
}

function toCounts({ counts: { running, queued } }: TaskSummary, lastDay: TaskSummary): Overview['counts'] {
  return { running, queued, failedLastDay: lastDay.counts.failed }
}

/** Of each model and action with failed tasks, unless the last task that ended succeeded. */
async function findFailedKinds(
  { tasks }: Client,
  failed: readonly Task[],
  hasMore: boolean,
): Promise<FailedKind[]> {
  const kinds = Map.groupBy(failed, ({ model, action }) => `${model}/${action}`)
  const found = await Promise.all(
    [...kinds.values()].map(async (ofKind): Promise<FailedKind | null> => {
      const [latest] = ofKind
      if (!latest) return null
      const { model, action } = latest
      const page = await tasks.list({
        model,
        action,
        status: 'succeeded',
        sort: 'recently_finished',
        pageSize: 1,
      })
      const since = page.tasks[0]?.finishedAt ?? ''
      const later = ofKind.filter(({ finishedAt }) => (finishedAt ?? '') > since)
      const isMore = hasMore && later.length === ofKind.length
      return later[0] ? { latest: later[0], count: later.length, isMore } : null
    }),
  )
  return found.filter((kind) => kind !== null)
}

async function readCards(
  { models }: Client,
  model: ModelIndices,
  release: ReleaseCheck,
): Promise<AliasCard[]> {
  return Promise.all(
    model.aliases.map(async ({ alias, indices }): Promise<AliasCard> => {
      const live = indices.length === 1 ? model.indices.find(({ name }) => name === indices[0]) : undefined
      const isFiltered = live?.filtered ?? alias.endsWith(filteredEnding)
      const { builds } = await release.call(
        'GET /model/{model}/builds',
        models.builds(model.model, { action: buildingAction(isFiltered), limit: buildLimit }),
        { builds: [] },
      )
      return {
        alias,
        model: model.model,
        live: live
          ? {
              name: live.name,
              documents: live.documents,
              bytes: live.bytes,
              health: live.health,
              asOf: live.asOf,
            }
          : null,
        indices: [...indices],
        freshnessTargetSeconds: model.freshnessTargetSeconds,
        builds: builds.flatMap(toBuild).reverse(),
        newer: alias === model.model ? findNewerBuild(model) : null,
      }
    }),
  )
}

function toBuild({ taskId, index, finishedAt, documents }: BuildList['builds'][number]): Build[] {
  return documents === null ? [] : [{ taskId, index, finishedAt, documents }]
}
