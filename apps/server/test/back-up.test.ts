import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import type { TaskPage } from '@ingestion-server/core/contract'
import { readRolesSql } from '@ingestion-server/core/testing/postgres-roles.ts'
import { createCatalogTables, startPostgres, type RunningPostgres } from '@ingestion-server/local-services'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { readBlocks } from './support/docs-blocks.ts'
import { fetchPostgresClient } from './support/postgres-client.ts'
import { startServerProcess, type ServerProcess } from './support/server-process.ts'

const suffix = `t${randomUUID().replaceAll('-', '')}`

// Roles belong to a whole cluster, so this suite has its own.
let running: RunningPostgres
let folder: string
let programs: string

/** Run in reverse order, also after a set-up that failed halfway. */
const endings: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backup-'))
  endings.push(() => rm(folder, { recursive: true }))
  const starting = startPostgres({ durable: false })
  endings.push(async () => (await starting).stop())
  ;[running, programs] = await Promise.all([starting, fetchPostgresClient()])
  const { roles } = await readRolesSql()
  await query('catalog', roles)
  await prepareCatalog('catalog')
  await query(
    'catalog',
    `insert into image (id, identifier, title) select id, gen_random_uuid(), 'a' from generate_series(1, 50) id`,
  )
})
afterAll(async () => {
  for (const end of endings.reverse()) await end()
  await fetch(`${inject('openSearchUrl')}/image-${suffix}*`, { method: 'DELETE' })
})

/** URL of a database, by default for the superuser. */
function urlOf(database: string, role?: string): string {
  const url = new URL(running.url)
  url.pathname = `/${database}`
  if (role !== undefined) url.username = role
  return url.href
}

async function query(database: string, statements: string): Promise<void> {
  const sql = postgres(urlOf(database), { max: 1, onnotice: () => undefined })
  try {
    await sql.unsafe(statements)
  } finally {
    await sql.end()
  }
}

/** Creates the catalog's tables, and runs part 2 of the documented SQL. */
async function prepareCatalog(database: string): Promise<void> {
  const { grants } = await readRolesSql()
  await createCatalogTables(urlOf(database))
  await query(database, grants)
}

/** Runs a block of the page in the folder of the backup. */
async function paste(block: string, variables: Record<string, string>): Promise<void> {
  const env = { PATH: [programs, process.env['PATH']].join(delimiter), ...variables }
  await promisify(execFile)('bash', ['-euc', block], { cwd: folder, env })
}

async function withServer<Result>(database: string, work: (server: ServerProcess) => Promise<Result>) {
  const server = await startServerProcess({
    DATABASE_URL: urlOf('catalog', 'ingestion_catalog'),
    TASKS_DATABASE_URL: urlOf(database, 'ingestion_tasks'),
    OPENSEARCH_URL: inject('openSearchUrl'),
  })
  try {
    return await work(server)
  } finally {
    await server.stop()
  }
}

async function reindex(server: ServerProcess, index_suffix: string): Promise<void> {
  const { task_id } = await server.submit({ model: 'image', action: 'REINDEX', index_suffix })
  expect(await server.waitForEnd(task_id)).toMatchObject({ status: 'succeeded', error: null })
}

async function readTasks(server: ServerProcess) {
  const { tasks } = (await (await fetch(`${server.baseUrl}/task`)).json()) as TaskPage
  return tasks
}

test('a backup of a running server, restored into another database, has its tasks and verified indices', async () => {
  const blocks = await readBlocks('docs/how-to/back-up.md')
  const [dump = '', restore = '', ...others] = blocks.filter((block) => /^pg_/.test(block))
  expect([others, dump, restore]).toEqual([
    [],
    expect.stringMatching(/^pg_dump /),
    expect.stringMatching(/^pg_restore /),
  ])
  const before = await withServer('catalog', async (server) => {
    await reindex(server, suffix)
    await paste(dump, { TASKS_DATABASE_URL: urlOf('catalog', 'ingestion_tasks') })
    const tasks = await readTasks(server)
    await reindex(server, `${suffix}-later`)
    return tasks
  })
  expect(before).toHaveLength(1)

  await query('catalog', 'create database restored')
  await paste(restore, { NEW_DATABASE_URL: urlOf('restored') })
  await prepareCatalog('restored')
  await withServer('restored', async (server) => {
    expect(await readTasks(server)).toEqual(before)
    const index = async (name: string) => (await fetch(`${server.baseUrl}/index/image-${name}`)).json()
    expect(await index(suffix)).toMatchObject({ verified: true })
    expect(await index(`${suffix}-later`)).toMatchObject({ verified: false })
    await reindex(server, `${suffix}-again`)
  })
})

test('a restore over existing schemas changes nothing', async () => {
  const [, restore = ''] = (await readBlocks('docs/how-to/back-up.md')).filter((block) => /^pg_/.test(block))
  await expect(paste(restore, { NEW_DATABASE_URL: urlOf('restored') })).rejects.toThrow(/already exists/)
  await withServer('restored', async (server) => expect(await readTasks(server)).toHaveLength(2))
})
