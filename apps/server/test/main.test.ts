import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { connectPostgres, createDrizzleTaskStore } from '@ingestion-server/core'
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
    const blocker = createServer().listen(0, '127.0.0.1')
    await once(blocker, 'listening')
    const { port } = blocker.address() as AddressInfo // a TCP server has one
    const { code, log } = await runServerToEnd({
      DATABASE_URL: database.url,
      OPENSEARCH_URL: openSearchUrl,
      PORT: String(port),
    })
    blocker.close()
    expect(code).toBe(1)
    expect(log).toContain(`port ${port} on 127.0.0.1 is taken`)
  })
})

describe('a server whose database becomes available later', () => {
  let server: ServerProcess
  let databasePort: DatabasePort

  beforeAll(async () => {
    databasePort = await reserveDatabasePort(database.url)
    const env = { DATABASE_URL: databasePort.url, OPENSEARCH_URL: openSearchUrl, LOG_LEVEL: 'warn' }
    server = await startServerProcess(env)
  })
  afterAll(async () => {
    await server.kill()
    databasePort.close()
  })

  test('responds immediately: it is live, not ready, and accepts no task', async () => {
    expect((await fetch(`${server.baseUrl}/livez`)).status).toBe(200)
    const ready = await fetch(`${server.baseUrl}/readyz`)
    expect(ready.status).toBe(503)
    expect(await ready.json()).toMatchObject({ dependencies: { database: 'down', opensearch: 'up' } })
    const posted = await fetch(`${server.baseUrl}/task`, postJson({ model: 'image', action: 'REINDEX' }))
    expect(posted.status).toBe(503)
    expect(await posted.json()).toMatchObject({ code: 'database_unavailable' })
    expect(posted.headers.get('Retry-After')).not.toBeNull()
  })

  test('becomes ready, and then accepts and runs tasks', async () => {
    databasePort.open()
    const { task_id } = await server.submit({ model: 'image', action: 'REINDEX' })
    expect((await fetch(`${server.baseUrl}/readyz`)).status).toBe(200)
    // The database is empty, so the task fails with the name of the missing table.
    const task = await server.waitForEnd(task_id)
    expect(task.error).toMatchObject({ code: 'table_not_found' })
  })

  test('works on no task once a newer release made tables that it can not use, until that is undone', async () => {
    const { db, close } = connectPostgres(database.url, { maxConnections: 1 })
    const status = async () => (await fetch(`${server.baseUrl}/readyz`)).status
    const bound = { interval: 100, timeout: 60_000 }
    try {
      await db.execute(`insert into ingestion.migration (hash, created_at, min_compatible)
        values ('newer', 9000000000000, 9000000000000)`)
      await expect.poll(status, bound).toBe(503)
      const posted = await fetch(`${server.baseUrl}/task`, postJson({ model: 'image', action: 'REINDEX' }))
      expect(posted.status).toBe(503)
      expect(await posted.json()).toMatchObject({ code: 'database_unavailable' })
      expect(server.log()).toMatch(
        /"task tables need a newer release.*replace this process by the newer release/,
      )
      const request = { model: 'image', action: 'REINDEX', index_suffix: 'later' } as const
      const store = createDrizzleTaskStore(db)
      const { id } = await store.create({ ...request, request, index: 'image-later', reserve: [] })
      await expect.poll(server.log, bound).toMatch(/"time slice failed; retrying".*a newer release migrated/)
      expect(await store.get(id)).toMatchObject({ status: 'queued', startedAt: null })
      await db.execute(`delete from ingestion.migration where hash = 'newer'`)
      await expect.poll(status, bound).toBe(200)
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

interface DatabasePort {
  url: string
  open(): void
  close(): void
}

/** A port in front of a database; it is closed until the test opens it. */
async function reserveDatabasePort(databaseUrl: string): Promise<DatabasePort> {
  const target = new URL(databaseUrl)
  const sockets = new Set<Socket>()
  const proxy = createServer((near) => {
    const far = connect(Number(target.port), target.hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      // An error of one connection destroys the other: pipe does not forward errors.
      socket.on('error', () => [near, far].forEach((one) => one.destroy()))
      socket.on('close', () => sockets.delete(socket))
    }
    near.pipe(far).pipe(near)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const { port } = proxy.address() as AddressInfo // a TCP server has one
  proxy.close()
  await once(proxy, 'close')
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${port}`
  return {
    url: url.href,
    open: () => void proxy.listen(port, '127.0.0.1'),
    close() {
      proxy.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}
