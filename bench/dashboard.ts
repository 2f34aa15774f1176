import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { connectPostgres, createDrizzleTaskStore, migrateTaskStore } from '@ingestion-server/core'
import { startPostgres } from '@ingestion-server/local-services'
import { sql } from 'drizzle-orm'
import connectToPostgres from 'postgres'
import { copyTask } from '@ingestion-server/core/testing/copy-task.ts'
import { nodeCommand, runProcess } from '@ingestion-server/core/testing/run-process.ts'
import { buildApp } from '../scripts/build-app.ts'
import { withScriptImports } from '../scripts/with-script-imports.ts'
import { measurePolls } from './dashboard/polls.ts'
import { describe, report, type Row } from './report.ts'

const taskCount = Number(process.env['BENCH_TASKS'] ?? 100_000)
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 30)
const warmUpRounds = 5
const itemCount = 20_000
const root = resolve(import.meta.dirname, '..')
const dashboardDir = join(root, 'apps/dashboard')
const serverMain = join(root, 'apps/server/src/main.ts')
/** Pages, and the calls to the server that each needs. The Overview needs OpenSearch too, so only its call is measured. */
const views: Record<string, { page?: string; call: string[] }> = {
  'all tasks': { page: '/tasks', call: ['/task', '/task/summary'] },
  'failed tasks': { page: '/tasks?status=failed', call: ['/task?status=failed', '/task/summary'] },
  'a search': { page: '/tasks?q=image-9999', call: ['/task?q=image-9999', '/task/summary?q=image-9999'] },
  'a search without results': {
    page: '/tasks?q=nothing',
    call: ['/task?q=nothing', '/task/summary?q=nothing'],
  },
  'tasks of a day': {
    call: [`/task/summary?finished_after=${new Date(Date.now() - 86_400_000).toISOString()}`],
  },
  'the longest tasks': { page: '/tasks?sort=longest', call: ['/task?sort=longest'] },
}
const password = 'correct horse battery staple'

/**
 * Costs of pages: JavaScript and requests at the first load, response times with many tasks, and the bytes that an open
 * page polls.
 */
export async function dashboardBench(): Promise<void> {
  await buildApp('dashboard', { root })
  const postgres = await startPostgres({ onProgress: console.log })
  const stops: (() => Promise<unknown>)[] = [() => postgres.stop()]
  try {
    console.log(`writing ${taskCount} tasks`)
    const taskId = await writeTasks(postgres.url)
    const serverEnv = {
      DATABASE_URL: postgres.url,
      // No server listens there, and the history only queries Postgres.
      OPENSEARCH_URL: 'http://127.0.0.1:9',
      PORT: '0',
      // The tasks are not worked on.
      ROLE: 'api',
      LOG_LEVEL: 'silent',
    }
    const server = await runProcess(nodeCommand(serverMain, serverEnv))
    stops.push(() => server.stop())
    const dashboardEnv = { DATABASE_URL: postgres.url, INGESTION_URL: server.baseUrl, DASHBOARD_PORT: '0' }
    const dashboard = await runProcess(nodeCommand(join(dashboardDir, 'build/index.js'), dashboardEnv))
    stops.push(() => dashboard.stop())
    const cookie = await signIn(dashboard.baseUrl, dashboard.output())

    const paths = [
      '/sign-in',
      '/',
      '/tasks',
      `/tasks/${taskId}`,
      '/tasks/new',
      '/tasks/new/promote',
      '/indices',
    ]
    const sizes: Row[] = []
    for (const path of [...paths, '/users', '/tokens', '/audit', '/account']) {
      const html = await fetchText(dashboard.baseUrl, path, path === '/sign-in' ? '' : cookie)
      const { bytes, requests } = await scriptsOf(html)
      sizes.push({
        what: path.replace(taskId, '{id}'),
        'JavaScript, kB gzipped': (bytes / 1000).toFixed(1),
        'requests at first load': requests,
      })
    }
    const times: Record<string, number[]> = {}
    for (const [what, { page, call }] of Object.entries(views)) {
      if (page !== undefined)
        times[`${what}: page`] = await measure(() => fetchText(dashboard.baseUrl, page, cookie))
      for (const path of call)
        times[`${what}: ${path.split('?')[0]}`] = await measure(() => fetchText(server.baseUrl, path, ''))
    }
    times[`a task with ${itemCount} items: page`] = await measure(() =>
      fetchText(dashboard.baseUrl, `/tasks/${taskId}`, cookie),
    )
    times[`a task with ${itemCount} items: /task/{id}/items/summary`] = await measure(() =>
      fetchText(server.baseUrl, `/task/${taskId}/items/summary`, ''),
    )
    const polled = await measurePolls(dashboard.baseUrl, cookie, postgres.url)
    const summary = [
      ...Object.entries(times).map(([what, runs]) => ({ what, 'time, ms': describe(runs, 1) })),
      ...sizes,
      ...polled,
    ]
    await report('dashboard', summary, { sizes, times, polled }, { tasks: taskCount, rounds })
  } finally {
    for (const stop of stops.reverse()) await stop()
  }
}

/** One real task, and copies of it with different values of the history's filters. @returns the id of one */
async function writeTasks(url: string): Promise<string> {
  const connection = connectPostgres(url)
  await migrateTaskStore(connection.db)
  const { id } = await createDrizzleTaskStore(connection.db).create({
    model: 'image',
    action: 'REINDEX',
    index: 'image-bench',
    reserve: [],
    request: { model: 'image', action: 'REINDEX', index_suffix: 'bench' },
    requestedBy: 'bench',
  })
  const client = connectToPostgres(url, { max: 1 })
  await copyTask(
    client,
    id,
    taskCount - 1,
    `jsonb_build_object(
      'model', case when n % 5 = 0 then 'audio' else 'image' end,
      'index_name', 'image-' || n,
      'status', case when n % 50 = 0 then 'failed' else 'succeeded' end,
      'phase', 'done',
      'created_at', now() - n * interval '1 minute',
      'started_at', now() - n * interval '1 minute' - n % 600 * interval '1 second',
      'finished_at', now() - n * interval '1 minute'
    )`,
  )
  // As the server writes it: the code is read from the text.
  await client`update ingestion.task
    set error = '{"code":"too_many_failed","title":"Too many failed documents","detail":"bench"}' where status = 'failed'`
  await client`
    insert into ingestion.work_item (task_id, stage, ordinal, phase, payload, attempt, started_at, done_at)
    select ${id}, 1, n, 'loading', json_build_object('after', (n * 1000)::text, 'end', (n * 1000 + 1000)::text), 1,
      now(), case when n % 2 = 0 then now() end
    from generate_series(0, ${itemCount - 1}::int) as n`
  await client.end()
  await connection.db.execute(
    sql`update ingestion.task set status = 'cancelled', phase = 'done' where id = ${id}`,
  )
  // As autovacuum does while a history grows: searches read an index alone only where it has been.
  await connection.db.execute(sql`vacuum analyze ingestion.task`)
  await connection.close()
  return id
}

/** Sets up the first user. @returns the cookie of the session */
async function signIn(url: string, output: string): Promise<string> {
  const link = /^Set up the first user: (\S+)$/m.exec(output)?.[1]
  if (link === undefined) throw new Error('no set-up link was printed')
  const response = await fetch(link, {
    method: 'POST',
    body: new URLSearchParams({ name: 'bench', password, again: password }),
    headers: { origin: url, accept: 'text/html' },
    redirect: 'manual',
  })
  return response.headers.get('set-cookie')?.split(';')[0] ?? ''
}

async function fetchText(url: string, path: string, cookie: string): Promise<string> {
  const response = await fetch(`${url}${path}`, { headers: { cookie }, redirect: 'manual' })
  if (!response.ok) throw new Error(`${path}: ${response.status}`)
  return response.text()
}

/** All scripts that the page loads, compressed as sent, and all of its requests: the page, scripts, styles, fonts. */
async function scriptsOf(html: string): Promise<{ bytes: number; requests: number }> {
  const files = new Set(
    [...html.matchAll(/_app\/immutable\/[\w./-]+\.(?:js|css|woff2)/g)].map(([file]) => file),
  )
  const clientDir = join(dashboardDir, 'build/client')
  const others = [...files].filter((file) => !file.endsWith('.js'))
  const scripts = await withScriptImports(
    clientDir,
    [...files].filter((file) => file.endsWith('.js')),
  )
  const sizes = [...scripts].map(async (file) => (await stat(join(clientDir, `${file}.gz`))).size)
  return {
    bytes: (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0),
    requests: scripts.size + others.length + 1,
  }
}

async function measure(work: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  for (let round = -warmUpRounds; round < rounds; round++) {
    const startedAt = performance.now()
    await work()
    if (round >= 0) times.push(performance.now() - startedAt)
  }
  return times
}
