import { z } from 'zod'
import type { Clock } from '../clock.ts'
import { SearchUnavailableError } from '../errors.ts'
import { isForbidden, searchStatus } from './classify-search-error.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { listedTaskId, listTasks } from './list-tasks.ts'
import { parseResponse } from './parse-response.ts'

/*
 * Deleting and copying by query, and merging, run inside OpenSearch as tasks of its own. They are started, polled and
 * cancelled in short calls. A label (X-Opaque-Id) identifies a task whose id was lost with the worker that started it.
 */

interface SearchTaskOptions {
  label: string
  slices: number | 'auto'
  requestsPerSecond: number | null
}

export interface SearchTaskReport {
  ended: boolean
  total: number
  created: number
  updated: number
  deleted: number
  /** Why it did not complete, in OpenSearch's words; null if it did, or still runs. */
  failure: string | null
  /** The failure is that an index or alias is gone. */
  indexGone: boolean
}

const byQuery = ['indices:data/write/delete/byquery', 'indices:data/write/reindex']
const merge = 'indices:admin/forcemerge'
/** Maximum time for a cancelled OpenSearch task to end: one batch of documents. */
const maxEndingMs = 30_000
const endingPollMs = 50

/** Starts to delete the documents that match a query. It refreshes the index at its end. @returns the id of OpenSearch's task */
export async function startDeleteByQuery(
  client: SearchClient,
  request: { index: string; query: Record<string, unknown> } & SearchTaskOptions,
): Promise<string> {
  const { body } = await client.deleteByQuery(
    {
      index: request.index,
      ...byQueryParameters(request),
      conflicts: 'abort',
      refresh: true,
      body: { query: request.query },
    },
    { opaqueId: request.label },
  )
  return taskIdOf(body)
}

/**
 * Starts to copy the documents that match a query to the index behind an alias.
 *
 * @returns the id of OpenSearch's task
 */
export async function startCopy(
  client: SearchClient,
  request: { source: string; query: Record<string, unknown>; alias: string } & SearchTaskOptions,
): Promise<string> {
  const { body } = await client.reindex(
    {
      ...byQueryParameters(request),
      require_alias: true,
      body: {
        conflicts: 'abort',
        source: { index: request.source, query: request.query },
        dest: { index: request.alias },
      },
    },
    { opaqueId: request.label },
  )
  return taskIdOf(body)
}

function byQueryParameters({ slices, requestsPerSecond }: SearchTaskOptions) {
  return { wait_for_completion: false, slices, requests_per_second: requestsPerSecond ?? -1 }
}

/** The id of the task that OpenSearch started. */
export function taskIdOf(body: object): string {
  return parseResponse(z.object({ task: z.string() }), body, 'a request to start a task').task
}

const countsSchema = z.object({
  total: z.int(),
  created: z.int(),
  updated: z.int(),
  deleted: z.int(),
  version_conflicts: z.int(),
  canceled: z.string().optional(),
})
/** A merge has no counts; it reports the number of shards on which it failed. */
const mergeSchema = z.object({
  _shards: z.object({ failed: z.int(), failures: z.array(z.unknown()).default([]) }),
})
const noCounts = { total: 0, created: 0, updated: 0, deleted: 0, version_conflicts: 0 }
const reportSchema = z.object({
  completed: z.boolean(),
  task: z.object({ status: countsSchema.default(noCounts) }),
  response: z
    .union([
      countsSchema.extend({ timed_out: z.boolean(), failures: z.array(z.unknown()) }),
      mergeSchema.transform(({ _shards }) => ({
        ...noCounts,
        canceled: undefined,
        timed_out: false,
        failures: _shards.failed > 0 ? [_shards.failures[0] ?? `${_shards.failed} shards failed`] : [],
      })),
    ])
    .optional(),
  error: z.looseObject({ type: z.string(), reason: z.string().nullish() }).optional(),
})
type Report = z.infer<typeof reportSchema>

/** The progress of an OpenSearch task, or null if OpenSearch does not know it because its node was restarted. */
export async function readSearchTask(client: SearchClient, id: string): Promise<SearchTaskReport | null> {
  try {
    const { body } = await client.tasks.get({ task_id: id })
    const report = parseResponse(reportSchema, body, `GET _tasks/${id}`)
    const { total, created, updated, deleted } = report.response ?? report.task.status
    return {
      ended: report.completed,
      total,
      created,
      updated,
      deleted,
      failure: describeFailure(report),
      indexGone: report.error?.type === 'index_not_found_exception',
    }
  } catch (error) {
    if (searchStatus(error) === 404) return null
    throw error
  }
}

function describeFailure({ completed, response, error }: Report): string | null {
  if (!completed) return null
  if (error) return `${error.type}: ${error.reason ?? ''}`
  if (!response) return 'OpenSearch kept no result'
  if (response.canceled !== undefined) return `canceled ${response.canceled}`
  if (response.timed_out) return 'timed out'
  if (response.version_conflicts > 0) return `${response.version_conflicts} version conflicts`
  return response.failures.length > 0 ? JSON.stringify(response.failures[0]) : null
}

/**
 * Sets the maximum documents per second of a running OpenSearch task; a task that has ended is not an error. Without
 * the right to do so the task keeps its initial limit, and the next one starts with the new limit.
 */
export async function throttleSearchTask(
  client: SearchClient,
  id: string,
  requestsPerSecond: number | null,
): Promise<void> {
  try {
    // The call for deletes applies to all by-query tasks, including copies.
    await client.deleteByQueryRethrottle(
      { task_id: id, requests_per_second: requestsPerSecond ?? -1 },
      { ignore: [404] },
    )
  } catch (error) {
    if (!isForbidden(error)) throw error
  }
}

/**
 * Ids of the running OpenSearch tasks whose label `matches`; empty without a right to list them.
 *
 * @throws SearchUnavailableError when a node does not report its tasks
 */
export function findSearchTasks(
  client: SearchClient,
  matches: (label: string) => boolean,
): Promise<string[]> {
  return findTasks(client, [...byQuery, merge], matches)
}

async function findTasks(
  client: SearchClient,
  actions: string[],
  matches: (label: string) => boolean,
): Promise<string[]> {
  const tasks = (await listTasks(client, { actions })) ?? []
  return tasks
    .filter(({ parent_task_id, headers }) => !parent_task_id && matches(headers['X-Opaque-Id'] ?? ''))
    .map(listedTaskId)
}

/**
 * Cancels the OpenSearch tasks whose label `matches`, and waits until none runs. Without the right to cancel them they
 * keep running: the caller removes their alias, deletes the index or blocks its writes, so that their next batch fails.
 * A merge can't be cancelled and changes no document, so it keeps running too.
 *
 * @throws SearchUnavailableError when one doesn't end, or a node does not report its tasks
 */
export async function endSearchTasks(
  client: SearchClient,
  matches: (label: string) => boolean,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<void> {
  const since = clock.now()
  for (;;) {
    const running = await findTasks(client, byQuery, matches)
    if (running.length === 0) return
    if (clock.now() - since > maxEndingMs) {
      throw new SearchUnavailableError(`OpenSearch did not end its tasks ${running.join(', ')}`)
    }
    for (const id of running) {
      try {
        // A task that ended meanwhile is not an error.
        await client.tasks.cancel({ task_id: id }, { ignore: [404] })
      } catch (error) {
        if (isForbidden(error)) return
        throw error
      }
    }
    await clock.sleep(endingPollMs, signal)
  }
}
