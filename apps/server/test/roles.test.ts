import { randomUUID } from 'node:crypto'
import { connectPostgres, migrateTaskStore } from '@ingestion-server/core'
import { createCatalogTables, startPostgres, type RunningPostgres } from '@ingestion-server/local-services'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { readRolesSql } from '@ingestion-server/core/testing/postgres-roles.ts'
import { waitUntilReady } from '@ingestion-server/core/testing/wait-until-ready.ts'
import { inspectDatabase } from '../src/engine/inspect-database.ts'
import { startServerProcess } from './support/server-process.ts'

// Roles belong to a whole cluster, so this suite has its own.
let running: RunningPostgres
let admin: postgres.Sql

beforeAll(async () => {
  running = await startPostgres({ durable: false })
  admin = postgres(running.url, { max: 1, onnotice: () => undefined })
  await createCatalogTables(running.url)
  await admin`insert into image (id, identifier, title) select id, gen_random_uuid(), 'a' from generate_series(1, 50) id`
  await admin`revoke all on database catalog from public`
  await admin`revoke all on schema public from public`
  const { roles, grants } = await readRolesSql()
  await admin.unsafe(roles + grants)
  await admin`create role ingestion_outsider login`
  for (const role of ['ingestion_catalog', 'ingestion_tasks', 'ingestion_outsider'])
    await admin`grant connect on database catalog to ${admin(role)}`
})
afterAll(async () => {
  await admin.end()
  await running.stop()
})

function as(role: string): string {
  const url = new URL(running.url)
  url.username = role
  return url.href
}

test('a server with the documented roles starts, also a second time, and runs its tasks', async () => {
  const suffix = `t${randomUUID().replaceAll('-', '')}`
  const env = {
    DATABASE_URL: as('ingestion_catalog'),
    TASKS_DATABASE_URL: as('ingestion_tasks'),
    OPENSEARCH_URL: inject('openSearchUrl'),
  }
  try {
    for (const round of ['first', 'second']) {
      const server = await startServerProcess(env)
      try {
        const index_suffix = `${suffix}-${round}`
        const { task_id: id } = await server.submit({ model: 'image', action: 'REINDEX', index_suffix })
        expect(await server.waitForEnd(id)).toMatchObject({ status: 'succeeded', counts: { indexed: 50 } })
        await waitUntilReady(server.baseUrl)
      } finally {
        await server.stop()
      }
    }
  } finally {
    await fetch(`${inject('openSearchUrl')}/image-${suffix}-*`, { method: 'DELETE' })
  }
  const [rights] = await admin`select
    has_database_privilege('ingestion_tasks', 'catalog', 'create') as creates,
    has_table_privilege('ingestion_catalog', 'public.image', 'insert, update, delete') as writes,
    has_table_privilege('ingestion_tasks', 'public.image', 'select') as reads`
  expect(rights).toEqual({ creates: false, writes: false, reads: false })
})

test('schemas that a superuser has created and used become those of the role', async () => {
  await admin`create database tried`
  const url = running.url.replace('/catalog', '/tried')
  await createCatalogTables(url)
  const env = { DATABASE_URL: url, TASKS_DATABASE_URL: url, OPENSEARCH_URL: inject('openSearchUrl') }
  const tried = await startServerProcess(env)
  await tried.stop()
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  await sql.unsafe((await readRolesSql()).grants)
  const others = await sql`select nspname || '.' || relname as name from pg_class c
    join pg_namespace n on n.oid = relnamespace
    where nspname like 'ingestion%' and pg_get_userbyid(relowner) <> 'ingestion_tasks'`
  expect(others).toEqual([])
  await sql.end()
  const tasksUrl = new URL(url)
  tasksUrl.username = 'ingestion_tasks'
  const server = await startServerProcess({ ...env, TASKS_DATABASE_URL: tasksUrl.href })
  try {
    const index_suffix = `t${randomUUID().replaceAll('-', '')}`
    const { task_id: id } = await server.submit({ model: 'audio', action: 'REINDEX', index_suffix })
    expect(await server.waitForEnd(id)).toMatchObject({ status: 'succeeded' })
    await fetch(`${inject('openSearchUrl')}/audio-${index_suffix}`, { method: 'DELETE' })
    await waitUntilReady(server.baseUrl)
  } finally {
    await server.stop()
  }
})

test('a role that may not migrate tables that exist gets the command to run', async () => {
  await admin`create database older`
  const { db, close } = connectPostgres(running.url.replace('/catalog', '/older'))
  const outsider = connectPostgres(as('ingestion_outsider').replace('/catalog', '/older'))
  try {
    await migrateTaskStore(db)
    await db.execute('delete from ingestion.migration where id = (select max(id) from ingestion.migration)')
    await db.execute('grant usage on schema ingestion to ingestion_outsider')
    await db.execute('grant select on ingestion.migration to ingestion_outsider')
    await expect(migrateTaskStore(outsider.db)).rejects.toMatchObject({
      code: 'database_refused',
      message: expect.stringMatching(
        /lacks 1 migration .*run ingestion-server migrate with the role/,
      ) as string,
    })
  } finally {
    await Promise.all([close(), outsider.close()])
  }
})

describe('a role without schemas', () => {
  test('gets an error with the statement to run, for the tasks and for the queue', async () => {
    // Of another database, where no schema was created for it.
    await admin`create database empty`
    await admin`revoke all on database empty from public`
    await admin`grant connect on database empty to ingestion_outsider`
    const { db, close } = connectPostgres(as('ingestion_outsider').replace('/catalog', '/empty'))
    try {
      await expect(migrateTaskStore(db)).rejects.toMatchObject({
        code: 'database_refused',
        message: expect.stringContaining('CREATE SCHEMA ingestion AUTHORIZATION') as string,
      })
      await expect(inspectDatabase(db)).rejects.toMatchObject({
        code: 'database_refused',
        message: expect.stringContaining('CREATE SCHEMA ingestion_queue AUTHORIZATION') as string,
      })
    } finally {
      await close()
    }
  })
})
