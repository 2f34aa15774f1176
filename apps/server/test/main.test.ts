import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest'
import { connectPostgres, createDrizzleTaskStore } from '@ingestion-server/core'
import { startTcpProxy, throughProxy, type TcpProxy } from '@ingestion-server/core/testing/tcp-proxy.ts'
import { listen } from '@ingestion-server/local-services/listen'
import { createTestDatabase, type TestDatabase } from '@ingestion-server/core/testing/test-database.ts'
import { postJson } from './support/app-harness.ts'
import { runServerToEnd, startServerProcess, type ServerProcess } from './support/server-process.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

const openSearchUrl = inject('openSearchUrl')
let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase(postgresUrl())
})
afterAll(() => database.drop())

describe("a server that can't start", () => {
  test('names every invalid variable, and no value', async () => {
    const { code, log } = await runServerToEnd({ DATABASE_URL: 'mysql://u:s3cret@h/d', PORT: 'http' })
    expect(code).toBe(1)
    expect(log.match(/^ {2}[A-Z_]+/gm)?.map((name) => name.trim())).toEqual([
      'DATABASE_URL',
      'OPENSEARCH_URL',
      'PORT',
    ])
    expect(log).not.toContain('s3cret')
  })

  test('names the port that is in use', async () => {
    const { port, close } = await listen(createServer())
    const { code, log } = await runServerToEnd({
      DATABASE_URL: database.url,
      OPENSEARCH_URL: openSearchUrl,
      PORT: String(port),
    })
    await close()
    expect(code).toBe(1)
    expect(log).toContain(`port ${port} on 127.0.0.1 is taken`)
  })
})

describe('a server whose database becomes available later', () => {
  let server: ServerProcess
  let proxy: TcpProxy

  beforeAll(async () => {
    proxy = await startTcpProxy(database.url)
    proxy.cut()
    server = await startServerProcess({
      DATABASE_URL: throughProxy(database.url, proxy),
      OPENSEARCH_URL: openSearchUrl,
      LOG_LEVEL: 'warn',
    })
  })
  afterAll(async () => {
    await server.kill()
    await proxy.stop()
  })

  test('responds immediately: it is live, not ready, and accepts no task', async () => {
    expect((await fetch(`${server.baseUrl}/livez`)).status).toBe(200)
    const dependencies = { database: 'down', opensearch: 'up' }
    await expect.poll(server.readReadiness).toMatchObject({ status: 503, dependencies })
    const posted = await fetch(`${server.baseUrl}/task`, postJson({ model: 'image', action: 'REINDEX' }))
    expect(posted.status).toBe(503)
    expect(await posted.json()).toMatchObject({ code: 'database_unavailable' })
    expect(posted.headers.get('Retry-After')).not.toBeNull()
  })

  test('becomes ready, and then accepts and runs tasks', async () => {
    proxy.restore()
    const { task_id } = await server.submit({ model: 'image', action: 'REINDEX' })
    await expect.poll(server.readReadiness).toMatchObject({ status: 200 })
    // The database is empty, so the task fails with the name of the missing table.
    const task = await server.waitForEnd(task_id)
    expect(task.error).toMatchObject({ code: 'table_not_found' })
  })

  test('works on no task once a newer release made tables that it cannot use, until that is undone', async () => {
    const { db, close } = connectPostgres(database.url, { maxConnections: 1 })
    try {
      await db.execute(`insert into ingestion.migration (hash, created_at, min_compatible)
        values ('newer', 9000000000000, 9000000000000)`)
      const noTables = { status: 503, dependencies: { task_tables: 'down' } }
      await expect.poll(server.readReadiness).toMatchObject(noTables)
      const posted = await fetch(`${server.baseUrl}/task`, postJson({ model: 'image', action: 'REINDEX' }))
      expect(posted.status).toBe(503)
      expect(await posted.json()).toMatchObject({ code: 'database_unavailable' })
      expect(server.log()).toMatch(
        /"task tables need a newer release.*replace this process by the newer release/,
      )
      const request = { model: 'image', action: 'REINDEX', index_suffix: 'later' } as const
      const store = createDrizzleTaskStore(db)
      const { id } = await store.create({ ...request, request, index: 'image-later', reserve: [] })
      await expect.poll(server.log).toMatch(/"time slice failed; retrying".*a newer release migrated/)
      expect(await store.get(id)).toMatchObject({ status: 'queued', startedAt: null })
      await db.execute(`delete from ingestion.migration where hash = 'newer'`)
      await expect.poll(server.readReadiness).toMatchObject({ status: 200 })
    } finally {
      await close()
    }
  })

  test('ends at SIGTERM without an error', async () => {
    expect(await server.stop()).toBe(0)
  })
})

test('a request that the client aborts causes no error', async () => {
  const server = await startServerProcess({ DATABASE_URL: database.url, OPENSEARCH_URL: openSearchUrl })
  onTestFinished(() => server.kill())
  const { port } = new URL(server.baseUrl)
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(
    'POST /task HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{"mo',
  )
  expect((await fetch(`${server.baseUrl}/livez`)).status).toBe(200)
  socket.destroy()
  await once(socket, 'close')
  expect((await fetch(`${server.baseUrl}/livez`)).status).toBe(200)
  expect(await server.stop('SIGINT')).toBe(0)
  expect(server.log()).not.toContain('internal_error')
})
