import { createClient } from '@ingestion-server/sdk'
import { expect, test } from 'vitest'
import { readOverview } from './overview.ts'

const indices = {
  models: [
    {
      model: 'image',
      aliases: [{ alias: 'image', indices: ['image-1'] }],
      indices: [
        { name: 'image-1', model: 'image', suffix: '1', uuid: 'u', documents: 7, bytes: 9, health: 'green' },
      ],
      freshness_target_seconds: null,
    },
  ],
}
const tasks = { tasks: [], next_page_token: null }
const summary = { counts: { running: 2, queued: 1, failed: 4 }, durations: [], failures: [] }
const builds = {
  builds: [{ task_id: 't', index: 'image-1', finished_at: '2026-01-01T00:00:00Z', documents: 7 }],
}

/** The client of a server that lacks some paths, and refuses the parameter `sort` if it is old. */
function clientOf(responses: Record<string, unknown>, { knowsSort }: { knowsSort: boolean }) {
  return createClient({
    baseUrl: 'http://server.test',
    fetch: async (url) => {
      const { pathname, searchParams } = new URL(String(url))
      const refused = searchParams.has('sort') && !knowsSort
      const status = refused ? 400 : pathname in responses ? 200 : 404
      const problem = { type: 'about:blank', title: 'x', status, code: 'x', detail: 'x' }
      const body = status === 200 ? responses[pathname] : problem
      return new Response(JSON.stringify(body), {
        status,
        headers: { 'content-type': status === 200 ? 'application/json' : 'application/problem+json' },
      })
    },
  })
}

test('an overview of a server of the same release lacks nothing', async () => {
  const responses = {
    '/index': indices,
    '/task': tasks,
    '/task/summary': summary,
    '/model/image/builds': builds,
  }
  expect(await readOverview(clientOf(responses, { knowsSort: true }))).toMatchObject({
    unavailableReason: null,
    value: {
      lacking: [],
      counts: { running: 2, queued: 1, failedLastDay: 4 },
      cards: [{ alias: 'image', live: { documents: 7 }, builds: [{ taskId: 't' }] }],
    },
  })
})

test('an overview of an older server names what that lacks, and has the rest', async () => {
  const responses = { '/index': indices, '/task': tasks }
  expect(await readOverview(clientOf(responses, { knowsSort: false }))).toMatchObject({
    unavailableReason: null,
    value: {
      lacking: ['GET /model/{model}/builds', 'GET /task/summary', 'GET /task?sort'],
      counts: null,
      cards: [{ alias: 'image', live: { documents: 7 }, builds: [] }],
    },
  })
})
