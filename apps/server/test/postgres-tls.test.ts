import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectPostgres } from '@ingestion-server/core'
import { createCatalogTables, startPostgres, type RunningPostgres } from '@ingestion-server/local-services'
import { PgBoss } from 'pg-boss'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { createAuthority } from '@ingestion-server/core/testing/certificates.ts'
import { queueConnection } from '../src/engine/queue-connection.ts'
import { openSocket } from '@ingestion-server/core/node'
import { runServerToEnd, startServerProcess } from './support/server-process.ts'

const readText = (path: string) => readFileSync(path, 'utf8')

let folder: string
let encrypted: RunningPostgres
let plain: RunningPostgres

/** Run in reverse order, also after a set-up that failed halfway. */
const endings: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ingestion-tls-'))
  endings.push(() => rm(folder, { recursive: true }))
  const authority = createAuthority()
  await writeFile(join(folder, 'ca.pem'), authority.certificate)
  await writeFile(join(folder, 'other.pem'), createAuthority('another').certificate)
  // For a host name that is not used here: only verify-full may refuse it.
  const tls = authority.issue('db.example.org', '127.0.0.2')
  const starting = [startPostgres({ durable: false, tls }), startPostgres({ durable: false })] as const
  for (const started of starting) endings.push(async () => (await started).stop())
  ;[encrypted, plain] = await Promise.all(starting)
  await createCatalogTables(encrypted.url)
})
afterAll(async () => {
  for (const end of endings.reverse()) await end()
})

const query = 'select ssl from pg_stat_ssl where pid = pg_backend_pid()'

async function throughPostgresJs(url: string): Promise<unknown> {
  const { db, close } = connectPostgres(url, { maxConnections: 1, openSocket, readFile: readText })
  try {
    return (await db.execute(query))[0]?.['ssl']
  } catch {
    return 'refused'
  } finally {
    await close(0)
  }
}

async function throughPg(url: string): Promise<unknown> {
  const boss = new PgBoss({ ...(await queueConnection(url, readText)), schema: 'tls', supervise: false })
  boss.on('error', () => undefined)
  try {
    await boss.start()
    const { rows } = await boss.getDb().executeSql(query)
    return (rows[0] as { ssl: boolean }).ssl
  } catch {
    return 'refused'
  } finally {
    await boss.stop({ graceful: false })
  }
}

const modes = [
  { parameters: '', withTls: false, without: false },
  { parameters: 'sslmode=disable', withTls: false, without: false },
  { parameters: 'sslmode=prefer', withTls: true, without: false },
  { parameters: 'sslmode=require', withTls: true, without: 'refused' },
  { parameters: 'sslmode=require&sslrootcert=ca.pem', withTls: true, without: 'refused' },
  { parameters: 'sslmode=require&sslrootcert=other.pem', withTls: 'refused', without: 'refused' },
  { parameters: 'sslmode=verify-ca&sslrootcert=ca.pem', withTls: true, without: 'refused' },
  { parameters: 'sslmode=verify-ca&sslrootcert=other.pem', withTls: 'refused', without: 'refused' },
  { parameters: 'sslmode=verify-full&sslrootcert=ca.pem', withTls: 'refused', without: 'refused' },
  { parameters: 'sslmode=verify-full', withTls: 'refused', without: 'refused' },
]

function urlOf(postgres: RunningPostgres, parameters: string): string {
  return `${postgres.url}?${parameters.replaceAll(/([a-z]+\.pem)/g, (name) => encodeURIComponent(join(folder, name)))}`
}

describe.each(modes)('?$parameters', ({ parameters, withTls, without }) => {
  test('connects, or fails, in the same way for the task store and the queue', async () => {
    const [one, other] = [urlOf(encrypted, parameters), urlOf(plain, parameters)]
    const found = {
      withTls: [await throughPostgresJs(one), await throughPg(one)],
      without: [await throughPostgresJs(other), await throughPg(other)],
    }
    expect(found).toEqual({ withTls: [withTls, withTls], without: [without, without] })
  })
})

test('verify-full connects to the host of the certificate, also by its IP address', async () => {
  const authority = createAuthority()
  const postgres = await startPostgres({ durable: false, tls: authority.issue('localhost', '127.0.0.1') })
  await writeFile(join(folder, 'same.pem'), authority.certificate)
  try {
    for (const host of ['localhost', '127.0.0.1']) {
      const url = urlOf(postgres, 'sslmode=verify-full&sslrootcert=same.pem').replace('127.0.0.1', host)
      expect([await throughPostgresJs(url), await throughPg(url)]).toEqual([true, true])
    }
  } finally {
    await postgres.stop()
  }
})

test('a server with sslmode=require and its own certificate authority runs its tasks', async () => {
  const suffix = `t${randomUUID().replaceAll('-', '')}`
  const server = await startServerProcess({
    DATABASE_URL: urlOf(encrypted, 'sslmode=require'),
    OPENSEARCH_URL: inject('openSearchUrl'),
  })
  try {
    const { task_id: id } = await server.submit({ model: 'image', action: 'REINDEX', index_suffix: suffix })
    expect(await server.waitForEnd(id)).toMatchObject({ status: 'succeeded' })
    await expect.poll(server.readReadiness).toMatchObject({ dependencies: { queue: 'up' } })
  } finally {
    await server.stop()
    await fetch(`${inject('openSearchUrl')}/image-${suffix}`, { method: 'DELETE' })
  }
})

test('a server whose certificates are missing does not start, and names variable and parameter', async () => {
  const { code, log } = await runServerToEnd({
    DATABASE_URL: `${encrypted.url}?sslmode=verify-full&sslrootcert=${folder}/missing.pem`,
    OPENSEARCH_URL: inject('openSearchUrl'),
  })
  expect(code).toBe(1)
  expect(log).toMatch(/DATABASE_URL has sslrootcert, which can't be read/)
})

test('a server with an unknown parameter does not start, and names the variable', async () => {
  const { code, log } = await runServerToEnd({
    DATABASE_URL: encrypted.url,
    TASKS_DATABASE_URL: `${encrypted.url}?sslmode=allow`,
    OPENSEARCH_URL: inject('openSearchUrl'),
  })
  expect(code).toBe(1)
  expect(log).toContain('TASKS_DATABASE_URL has an sslmode that is not supported')
})
