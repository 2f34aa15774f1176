import { readdir } from 'node:fs/promises'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { waitUntilReady } from '@ingestion-server/core/testing/wait-until-ready.ts'
import type { OpenApiDocument } from '../../src/http/openapi/document.ts'
import type { ServerProcess } from '../support/server-process.ts'
import { sendHostile } from './send-hostile.ts'
import { readUsedMb, startTarget, type Target } from './start-target.ts'

// `npm run hostile -- requests` sends more of them.
const requests = Number(process.env['HOSTILE_REQUESTS'] ?? 3_000)
const seed = Number(process.env['HOSTILE_SEED'] ?? 1)
const token = 'a-token-for-hostile-requests'
const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' }

let target: Target
let server: ServerProcess
beforeAll(async () => {
  target = await startTarget(token)
  ;({ server } = target)
})
afterAll(() => target.stop())

/** Open files of the server's process, with its connections. */
const countFiles = async () => (await readdir(`/proc/${server.pid}/fd`)).length

test(
  `${requests} hostile requests (seed ${seed}) get responses that fit the document, and leave the server unchanged`,
  async () => {
    await waitUntilReady(server.baseUrl)
    const document = (await (await fetch(`${server.baseUrl}/openapi.json`)).json()) as OpenApiDocument
    const made = await fetch(`${server.baseUrl}/task`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ model: 'image', action: 'REINDEX', index_suffix: crypto.randomUUID() }),
    })
    const { task_id: taskId } = (await made.json()) as { task_id: string }
    const before = { files: await countFiles(), usedMb: await readUsedMb(server) }
    const { statuses, succeeded, faults } = await sendHostile(
      {
        baseUrl: server.baseUrl,
        document,
        caller: { host: new URL(server.baseUrl).host, token, taskIds: [taskId] },
        hidden: [new URL(target.databaseUrl).host, new URL(inject('openSearchUrl')).host, token],
      },
      { requests, seed },
    )
    console.log('statuses', Object.fromEntries([...statuses].sort()))
    expect(Object.fromEntries(faults)).toEqual({})
    // Requests that are refused early would show nothing.
    const open = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    )
    expect(open.filter((name) => !succeeded.has(name)).length).toBeLessThan(open.length / 2)

    expect((await fetch(`${server.baseUrl}/livez`)).status).toBe(200)
    expect(server.log()).not.toContain('internal_error')
    await expect.poll(countFiles).toBeLessThan(before.files + 100)
    const usedMb = await readUsedMb(server)
    console.log('use', before, usedMb)
    expect(usedMb).toBeLessThan(before.usedMb + 50)
  },
  24 * 60 * 60 * 1_000,
)
