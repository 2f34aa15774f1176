import { createServer, type ServerResponse } from 'node:http'
import { connectOpenSearch, type Action } from '@ingestion-server/core'
import { listen, type Listening } from '@ingestion-server/local-services/listen'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createTaskRecord } from '../../test/support/task-record.ts'
import { observeActions } from './observe-actions.ts'
import { observeBulks } from './observe-bulks.ts'
import { combineObservers, type Bulk, type Observer, type Step } from './observer.ts'

describe('bulk requests', () => {
  let answer: (response: ServerResponse) => void
  let opensearch: Listening

  beforeEach(async () => {
    const server = createServer((request, response) => {
      request.resume().on('end', () => answer(response))
    })
    opensearch = await listen(server)
  })
  afterEach(() => opensearch.close())

  async function send(path: 'bulk' | 'count'): Promise<Bulk[]> {
    const client = connectOpenSearch(opensearch.url)
    const bulks: Bulk[] = []
    observeBulks(client, (bulk) => bulks.push(bulk))
    const call =
      path === 'bulk'
        ? client.bulk({ index: 'a', body: [{ delete: { _id: '1' } }] })
        : client.count({ index: 'a' })
    await Promise.resolve(call).catch(() => undefined) // the observer gets the result
    await client.close()
    return bulks
  }
  const respond = (status: number, body: unknown) => (response: ServerResponse) =>
    void response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))

  test('are reported with the result of each document', async () => {
    answer = respond(200, {
      items: [
        { index: { status: 201 } },
        { delete: { status: 404 } },
        { index: { status: 400, error: { type: 'mapper_parsing_exception' } } },
        { index: { status: 429, error: { type: 'rejected' } } },
      ],
    })
    const [bulk, ...others] = await send('bulk')
    expect(bulk).toMatchObject({ status: 200, succeeded: 2, refused: 1, rejected: 1 })
    expect(bulk?.seconds).toBeGreaterThan(0)
    expect(others).toEqual([])
  })

  test('with an error response are reported too', async () => {
    answer = respond(429, { error: 'too many requests' })
    expect(await send('bulk')).toMatchObject([{ status: 429, succeeded: 0 }])
  })

  test('without a response are reported too', async () => {
    answer = (response) => response.destroy()
    expect(await send('bulk')).toMatchObject([{ status: 'error' }])
  })

  test('are the only reported requests', async () => {
    answer = respond(200, { count: 1 })
    expect(await send('count')).toEqual([])
  })
})

describe('steps of actions', () => {
  const task = createTaskRecord({ status: 'running', phase: 'loading' })
  // No other field of a context is read.
  const context = { task, item: { ordinal: 3 } } as unknown as Parameters<Action['cancel']>[0]

  function observe(name: string, seen: unknown[]): Observer {
    return {
      async onStep(step: Step, run) {
        seen.push([name, step.kind, step.ordinal])
        return await run()
      },
      onBulk: () => undefined,
    }
  }

  test('are reported to all observers, and behave as without them', async () => {
    const seen: unknown[] = []
    const did: string[] = []
    const action: Action = {
      name: 'REINDEX',
      reserve: () => ({ request: task.request, index: 'a', reserve: ['a'] }),
      check: async () => undefined,
      forecast: () => Promise.reject(new Error('no plan is asked for')),
      phases: {
        loading: {
          work: async () => {
            did.push('work')
            return { kind: 'done', result: 7 }
          },
          next: async () => {
            did.push('next')
            return { kind: 'finished' }
          },
        },
      },
      cleanUp: async () => void did.push('cleanUp'),
      cancel: async () => void did.push('cancel'),
    }
    const [observed] = observeActions(
      [action],
      combineObservers([observe('outer', seen), observe('inner', seen)]),
    )
    const { loading } = observed?.phases ?? {}
    expect(await loading?.work?.(context as never)).toEqual({ kind: 'done', result: 7 })
    expect(await loading?.next(context, [])).toEqual({ kind: 'finished' })
    await observed?.cleanUp(context)
    await observed?.cancel(context)
    expect(did).toEqual(['work', 'next', 'cleanUp', 'cancel'])
    expect(seen).toEqual([
      ['outer', 'item', 3],
      ['inner', 'item', 3],
      ['outer', 'planning', null],
      ['inner', 'planning', null],
      ['outer', 'cleanup', null],
      ['inner', 'cleanup', null],
      ['outer', 'cancelling', null],
      ['inner', 'cancelling', null],
    ])
  })
})
