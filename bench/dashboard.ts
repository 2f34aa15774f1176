import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { connectPostgres, createDrizzleTaskStore, migrateTaskStore } from '@ingestion-server/core'
import { startPostgres } from '@ingestion-server/local-services'
import { sql } from 'drizzle-orm'
import { runProcess } from '../apps/dashboard/test/browser/support/run-process.ts'
import { buildApp } from '../scripts/build-app.ts'
import { describe, report, type Row } from './report.ts'

const taskCount = Number(process.env['BENCH_TASKS'] ?? 100_000)
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 30)
const warmUpRounds = 5
const root = resolve(import.meta.dirname, '..')
const dashboardDir = join(root, 'apps/dashboard')
const serverMain = join(root, 'apps/server/src/main.ts')
const password = 'correct horse battery staple'

/** Costs of a page: its JavaScript at the first load, and the response time of a history with many tasks. */
export async function dashboardBench(): Promise<void> {
  await buildApp('dashboard', { root })
  const dataDir = await mkdtemp(join(tmpdir(), 'ingestion-bench-'))
  const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres'), onProgress: console.log })
  const stops = [() => rm(dataDir, { recursive: true, force: true }), () => postgres.stop()]
  try {
    console.log(`writing ${taskCount} tasks`)
    const taskId = await writeTasks(postgres.url)
    const server = await runProcess(serverMain, {
      DATABASE_URL: postgres.url,
      // No server listens there, and the history only queries Postgres.
      OPENSEARCH_URL: 'http://127.0.0.1:9',
      PORT: '0',
      LOG_LEVEL: 'silent',
    })
    stops.push(() => server.stop())
    const dashboard = await runProcess(join(dashboardDir, 'build/index.js'), {
      DATABASE_URL: postgres.url,
      INGESTION_URL: server.url,
      DASHBOARD_PORT: '0',
    })
    stops.push(() => dashboard.stop())
    const cookie = await signIn(dashboard.url, dashboard.output())

    const paths = ['/sign-in', '/tasks', `/tasks/${taskId}`, '/tasks/new', '/tasks/new/promote', '/indices']
    const sizes: Row[] = []
    for (const path of [...paths, '/users', '/tokens', '/audit', '/account']) {
      const html = await fetchText(dashboard.url, path, path === '/sign-in' ? '' : cookie)
      const bytes = await scriptBytes(html)
      sizes.push({ what: path.replace(taskId, '<id>'), 'JavaScript, kB gzipped': (bytes / 1000).toFixed(1) })
    }
    const views = {
      '/tasks': cookie,
      '/tasks?status=failed': cookie,
      '/tasks?model=audio&action=REINDEX': cookie,
    }
    const times: Record<string, number[]> = {}
    for (const [path, ownCookie] of Object.entries(views)) {
      times[path] = await measure(() => fetchText(dashboard.url, path, ownCookie))
      times[`${path}, server alone`] = await measure(() =>
        fetchText(server.url, path.replace('/tasks', '/task'), ''),
      )
    }
    const summary = Object.entries(times).map(([what, runs]) => ({ what, 'time, ms': describe(runs, 1) }))
    console.table(sizes)
    await report('dashboard', summary, { sizes, times }, { tasks: taskCount, rounds })
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
  await connection.db.execute(sql`
    insert into ingestion.task
    select (jsonb_populate_record(task, jsonb_build_object(
      'id', gen_random_uuid(),
      'model', case when n % 5 = 0 then 'audio' else 'image' end,
      'index', 'image-' || n,
      'status', case when n % 50 = 0 then 'failed' else 'succeeded' end,
      'phase', 'done',
      'created_at', now() - n * interval '1 minute',
      'finished_at', now() - n * interval '1 minute'
    ))).* from ingestion.task, generate_series(1, ${taskCount - 1}) as n where id = ${id}`)
  await connection.db.execute(
    sql`update ingestion.task set status = 'cancelled', phase = 'done' where id = ${id}`,
  )
  await connection.db.execute(sql`analyze ingestion.task`)
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

/** All scripts that the page loads, compressed as sent. */
async function scriptBytes(html: string): Promise<number> {
  const files = new Set([...html.matchAll(/_app\/immutable\/[\w./-]+\.js/g)].map(([file]) => file))
  const sizes = [...files].map(
    async (file) => (await stat(join(dashboardDir, 'build/client', `${file}.gz`))).size,
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
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
