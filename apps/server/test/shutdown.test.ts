import { Agent, get, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import { scheduledTaskSchema, taskPageSchema, taskSchema } from '@ingestion-server/core'
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '@ingestion-server/core/testing/test-database.ts'
import { postJson } from './support/app-harness.ts'
import { startServerProcess } from './support/server-process.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase(postgresUrl())
})
afterAll(() => database.drop())

/** Without a worker, a request that waits for a task waits until the server stops. */
async function startApi() {
  const env = { DATABASE_URL: database.url, OPENSEARCH_URL: inject('openSearchUrl'), ROLE: 'api' }
  const server = await startServerProcess(env)
  onTestFinished(() => server.kill())
  return server
}

test('requests that wait for a task are answered with the current task when the server stops', async () => {
  const server = await startApi()
  const { task_id } = await server.submit({ model: 'audio', action: 'REINDEX', index_suffix: 'first' })
  const headers = { Prefer: 'wait=60' }
  const body = { model: 'image', action: 'REINDEX', index_suffix: 'second' }
  const posted = fetch(`${server.baseUrl}/task`, postJson(body, headers))
  const got = fetch(`${server.baseUrl}/task/${task_id}`, { headers })
  const stream = await fetch(`${server.baseUrl}/task/${task_id}/events`, {
    headers: { Accept: 'text/event-stream' },
  })
  const countTasks = async () => {
    const response = await fetch(`${server.baseUrl}/task?status=queued`)
    return taskPageSchema.parse(await response.json()).tasks.length
  }
  await expect.poll(countTasks).toBe(2)
  if (stream.body === null) throw new Error('the answer has no body')
  const events = stream.body.pipeThrough(new TextDecoderStream()).getReader()
  let seen = ''
  while (!seen.includes('event: created')) {
    const { done, value } = await events.read()
    if (done) throw new Error(`the stream ended without the event: ${seen}`)
    seen += value
  }

  const exitCode = server.stop()
  const answer = await posted
  expect(answer.status).toBe(202)
  const scheduled = scheduledTaskSchema.parse(await answer.json())
  expect(scheduled.task).toMatchObject({ index: 'image-second', status: 'queued', active: true })
  expect(taskSchema.parse(await (await got).json())).toMatchObject({ task_id, status: 'queued' })
  // It ends like a stream, and is not cut off: that would be an error here.
  while (!(await events.read()).done);
  expect(await exitCode).toBe(0)
})

test('idle connections are kept for longer than the minute for which proxies keep them', async () => {
  const server = await startApi()
  const agent = new Agent({ keepAlive: true })
  const [response] = (await once(get(`${server.baseUrl}/livez`, { agent }), 'response')) as [IncomingMessage]
  response.resume()
  expect(response.headers['keep-alive']).toBe('timeout=65')
  // An open connection does not keep the process running.
  expect(await server.stop()).toBe(0)
  agent.destroy()
})
