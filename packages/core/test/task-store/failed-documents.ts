import { randomBytes } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { DocumentsFailedError } from '../../src/errors.ts'
import { PageTokenError } from '../../src/tasks/page-token.ts'
import type { Lease, TaskStore } from '../../src/tasks/task-store.ts'
import {
  advance,
  claim,
  countsOf,
  failedRow,
  getTask,
  loadOf,
  startLoad,
  unknownId,
  type MakeStore,
} from './sample-task.ts'

export function describeFailedDocuments(makeStore: MakeStore): void {
  let store: TaskStore
  beforeAll(async () => {
    store = await makeStore()
  })

  async function startItem(): Promise<Lease> {
    const { id } = await startLoad(store, ['a'])
    return (await claim('item', store, id)).lease
  }

  const idsOf = async (taskId: string, query: Parameters<TaskStore['failedDocuments']>[1]) =>
    (await store.failedDocuments(taskId, query)).map(({ id }) => id)

  describe('failed documents', () => {
    it('are stored with status, reason and body', async () => {
      const lease = await startItem()
      const document = failedRow('7', { status: 413, reason: 'too \0 large', body: '{"title":"\ud83d"}\0' })
      await store.saveProgress(lease, { checkpoint: 1, failed: [document] })
      expect(await store.failedDocuments(lease.taskId, { limit: 10 })).toEqual([
        {
          ...document,
          body_bytes: 16,
          body_truncated: false,
          failed_at: expect.stringMatching(/Z$/) as string,
          resolved_at: null,
        },
      ])
      expect(await store.countFailedDocuments(lease.taskId)).toBe(1)
    })

    it('are in the order of their numeric ids, beyond 32 and 53 bits and below zero, page by page', async () => {
      const lease = await startItem()
      const ascending = [
        '-9223372036854775808',
        '-10',
        '-9',
        '0',
        '9',
        '10',
        '2147483647',
        '2147483648',
        '9007199254740992',
        '9007199254740993',
        '9223372036854775807',
      ]
      const failed = ascending.toReversed().map((id) => failedRow(id))
      await store.saveProgress(lease, { checkpoint: 1, failed })
      expect(await idsOf(lease.taskId, { limit: 100 })).toEqual(ascending)
      const paged: string[] = []
      for (;;) {
        const page = await idsOf(lease.taskId, { after: paged.at(-1), limit: 3 })
        if (page.length === 0) break
        paged.push(...page)
      }
      expect(paged).toEqual(ascending)
    })

    it('refuse a page token that is not an id', async () => {
      const { taskId } = await startItem()
      for (const after of ['', 'x', '1.5', '9223372036854775808']) {
        await expect(store.failedDocuments(taskId, { after, limit: 1 }), after).rejects.toThrow(
          PageTokenError,
        )
      }
    })

    it('are resolved by a later write, and then listed only on request', async () => {
      const lease = await startItem()
      await store.saveProgress(lease, { checkpoint: 1, failed: ['1', '2', '3'].map((id) => failedRow(id)) })
      await store.saveProgress(lease, { checkpoint: 2, resolved: ['2', '3', '4', '-5'] })
      expect(await idsOf(lease.taskId, { limit: 10 })).toEqual(['1'])
      expect(await store.countFailedDocuments(lease.taskId)).toBe(1)
      const all = await store.failedDocuments(lease.taskId, { limit: 10, resolved: true })
      expect(all.map(({ id, resolved_at }) => [id, resolved_at === null])).toEqual([
        ['1', true],
        ['2', false],
        ['3', false],
      ])
      expect(await idsOf(lease.taskId, { after: '1', limit: 1, resolved: true })).toEqual(['2'])
    })

    it('that fail again are replaced and no longer resolved', async () => {
      const lease = await startItem()
      await store.saveProgress(lease, { checkpoint: 1, failed: [failedRow('1')] })
      await store.saveProgress(lease, { checkpoint: 2, resolved: ['1'] })
      await store.saveProgress(lease, {
        checkpoint: 3,
        failed: [failedRow('1', { reason: 'again' })],
        resolved: ['1'],
      })
      expect(await store.failedDocuments(lease.taskId, { limit: 10 })).toMatchObject([
        { id: '1', reason: 'again', resolved_at: null },
      ])
    })

    it('of one page may contain the same row twice: the last is stored', async () => {
      const lease = await startItem()
      const failed = [failedRow('1', { reason: 'first' }), failedRow('2'), failedRow('1', { reason: 'last' })]
      await store.saveProgress(lease, { checkpoint: 1, failed })
      expect(await store.failedDocuments(lease.taskId, { limit: 10 })).toMatchObject([
        { id: '1', reason: 'last' },
        { id: '2' },
      ])
    })

    it('may be thousands in one page', async () => {
      const lease = await startItem()
      const ids = Array.from({ length: 2_500 }, (_, n) => String(n))
      await store.saveProgress(lease, { checkpoint: 1, failed: ids.map((id) => failedRow(id)) })
      expect(await store.countFailedDocuments(lease.taskId)).toBe(2_500)
      await store.saveProgress(lease, { checkpoint: 2, resolved: ids.slice(1) })
      expect(await idsOf(lease.taskId, { limit: 10 })).toEqual(['0'])
    })

    it('are listed with the requested length of their bodies', async () => {
      const lease = await startItem()
      const bodies = ['{"title":"\\u0000 \\\\ ü 😀"}', 'x'.repeat(5_000), '']
      const failed = bodies.map((body, n) => failedRow(String(n), { body }))
      await store.saveProgress(lease, { checkpoint: 1, failed })
      for (const bodyLimit of [0, 1, 9, 17, 20, 23, 28, 4_999, 5_000, undefined]) {
        const shown = await store.failedDocuments(lease.taskId, { limit: 10, bodyLimit })
        for (const [n, { body, body_bytes, body_truncated }] of shown.entries()) {
          const whole = String(bodies[n])
          expect(body_bytes).toBe(Buffer.byteLength(whole))
          expect(whole.startsWith(body)).toBe(true)
          expect(Buffer.byteLength(body)).toBeLessThanOrEqual(bodyLimit ?? Infinity)
          expect(body_truncated).toBe(body !== whole)
          expect(body === whole).toBe(body_bytes <= (bodyLimit ?? Infinity))
        }
      }
    })

    it('are limited to some kilobytes of reason each, and some megabytes of bodies together', async () => {
      const lease = await startItem()
      const body = randomText(24_000_000)
      for (const id of ['1', '2', '3', '4']) {
        const failed = [failedRow(id, { body, reason: 'why '.repeat(5_000) })]
        await store.saveProgress(lease, { checkpoint: Number(id), failed })
      }
      const shown = await store.failedDocuments(lease.taskId, { limit: 10 })
      expect(shown.map((each) => [each.body.length, each.body_bytes, each.body_truncated])).toEqual([
        [24_000_000, 24_000_000, false],
        [24_000_000, 24_000_000, false],
        [2_000, 24_000_000, true],
        [2_000, 24_000_000, true],
      ])
      expect(shown.map(({ reason }) => reason.length)).toEqual([4_097, 4_097, 4_097, 4_097])
    })

    it('are limited in number over all workers: a page beyond the limit is not saved at all', async () => {
      const { id, index } = await startLoad(store, ['a', 'b'])
      const [one, other] = [await claim('item', store, id), await claim('item', store, id)]
      const page = (from: number, rows: number) => ({
        counts: countsOf(rows, { failed: rows }),
        failed: Array.from({ length: rows }, (_, n) => failedRow(String(from + n))),
      })
      await store.saveProgress(one.lease, { checkpoint: 1, ...page(0, 6_000) })
      await store.saveProgress(other.lease, { checkpoint: 1, ...page(10_000, 3_999) })
      const full = await getTask(store, id)
      const refused = await store.saveProgress(one.lease, { checkpoint: 2, ...page(6_000, 2) }).catch(toError)
      expect(refused).toBeInstanceOf(DocumentsFailedError)
      expect(refused).toMatchObject({
        message: expect.stringContaining(`more than 10000 documents of index ${index}`) as string,
      })
      expect(await getTask(store, id)).toEqual(full)
      expect(full.counts).toEqual(countsOf(9_999, { failed: 9_999 }))
      await store.release(one.lease)
      expect((await claim('item', store, id)).item.checkpoint).toBe(1)
      // The last one that fits; a row that failed before needs no room.
      await store.saveProgress(other.lease, {
        checkpoint: 2,
        ...page(13_998, 2),
        counts: countsOf(1, { failed: 1 }),
      })
      expect(await store.countFailedDocuments(id)).toBe(10_000)
      // Resolved documents make room, also in the complete list.
      const resolved = Array.from({ length: 3_000 }, (_, n) => String(n))
      await store.saveProgress(other.lease, { checkpoint: 3, resolved })
      await store.saveProgress(other.lease, { checkpoint: 4, ...page(20_000, 2_500) })
      expect(await store.countFailedDocuments(id)).toBe(9_500)
      expect(await store.failedDocuments(id, { limit: 20_000, resolved: true, bodyLimit: 0 })).toHaveLength(
        10_000,
      )
    })

    it('belong to one task: those of others are unchanged', async () => {
      const [one, other] = [await startItem(), await startItem()]
      await store.saveProgress(one, { checkpoint: 1, failed: [failedRow('1')] })
      await store.saveProgress(other, { checkpoint: 1, failed: [failedRow('1')] })
      await store.saveProgress(other, { checkpoint: 2, resolved: ['1'] })
      expect(await store.countFailedDocuments(one.taskId)).toBe(1)
      expect(await store.countFailedDocuments(other.taskId)).toBe(0)
      expect(await store.failedDocuments(unknownId, { limit: 10 })).toEqual([])
      expect(await store.failedDocuments('no-uuid', { limit: 10 })).toEqual([])
      expect(await store.countFailedDocuments('no-uuid')).toBe(0)
    })
  })

  describe('the counts of a task', () => {
    const read = async ({ taskId }: Lease) => (await getTask(store, taskId)).counts

    it('count a row as failed exactly while it is unresolved', async () => {
      const lease = await startItem()
      const failed = ['1', '2', '3'].map((id) => failedRow(id))
      await store.saveProgress(lease, { checkpoint: 1, counts: countsOf(10, { failed: 3 }), failed })
      expect(await read(lease)).toEqual(countsOf(10, { failed: 3 }))
      // One again, one that was indexed before, and two that are written now, one of which had not failed.
      await store.saveProgress(lease, {
        checkpoint: 2,
        failed: [failedRow('1'), failedRow('7')],
        resolved: ['2', '9'],
      })
      expect(await read(lease)).toEqual(countsOf(10, { failed: 3 }))
      await store.saveProgress(lease, { checkpoint: 3, resolved: ['1', '2', '3', '7'] })
      expect(await read(lease)).toEqual(countsOf(10))
      await store.saveProgress(lease, { checkpoint: 4, failed: [failedRow('3')], resolved: ['3'] })
      expect(await read(lease)).toEqual(countsOf(10, { failed: 1 }))
    })

    it('derive the new outcome of a resolved row from the counts saved with it', async () => {
      const lease = await startItem()
      const failed = ['1', '2', '3'].map((id) => failedRow(id))
      await store.saveProgress(lease, { checkpoint: 1, counts: countsOf(10, { failed: 3 }), failed })
      // One is indexed, one is dropped, and one has lost its row.
      const counts = {
        read: -1,
        indexed: -2,
        dropped: { deleted: 1, removed_from_source: 0 },
        failed: 0,
      }
      await store.saveProgress(lease, { checkpoint: 2, counts, resolved: ['1', '2', '3'] })
      expect(await read(lease)).toEqual(countsOf(9, { deleted: 1 }))
    })

    it('are grouped by reason, with their first ids and documents, also those that were written later', async () => {
      const lease = await startItem()
      const reason = (value: string) => `failed to parse field [tags] with value '${value}'\u0000`
      const failed = ['10', '9', '2'].map((id) => ({ ...failedRow(id), reason: reason(id.repeat(4_000)) }))
      await store.saveProgress(lease, {
        checkpoint: 1,
        failed: [...failed, { ...failedRow('1'), reason: 'disk full' }],
      })
      await store.saveProgress(lease, { checkpoint: 2, resolved: ['9'] })
      const summary = await store.failedDocumentSummary(lease.taskId)
      const stored = await store.failedDocuments(lease.taskId, {
        resolved: true,
        limit: 10,
        bodyLimit: 2_000,
      })
      const byId = (id: string) => stored.find((document) => document.id === id)
      expect(summary).toMatchObject({ documents: 4, unresolved: 3, reason_count: 2 })
      expect(summary.reasons).toEqual([
        { status: 400, documents: 3, unresolved: 2, ids: ['2', '9', '10'], examples: [byId('2'), byId('9')] },
        { status: 400, documents: 1, unresolved: 1, ids: ['1'], examples: [byId('1')] },
      ])
      expect(await store.failedDocumentSummary('no-uuid')).toMatchObject({ documents: 0, reasons: [] })
    })

    it('count a row as read that fails without having been counted before', async () => {
      const lease = await startItem()
      await store.saveProgress(lease, { checkpoint: 1, failed: [failedRow('1'), failedRow('2')] })
      expect(await read(lease)).toEqual(countsOf(2, { failed: 2 }))
      await store.saveProgress(lease, { checkpoint: 2, resolved: ['2'] })
      expect(await read(lease)).toEqual(countsOf(2, { failed: 1 }))
    })

    it('distinguish filtered documents from dropped rows', async () => {
      const lease = await startItem()
      await store.saveProgress(lease, { checkpoint: 1, counts: countsOf(10) })
      const dropped = { deleted: 0, removed_from_source: 0, sensitive: 4 }
      const counts = { read: 0, indexed: -4, dropped, failed: 0 }
      await store.saveProgress(lease, { checkpoint: 2, counts })
      expect(await read(lease)).toEqual({ read: 10, indexed: 6, dropped, failed: 0 })
      const rates = await store.rates(lease.taskId)
      expect(rates.reduce((sum, { documents }) => sum + documents, 0)).toBe(14)
    })

    it('are those of the verification, with the documents that it counted, until the index changes again', async () => {
      const lease = await startItem()
      await store.saveProgress(lease, { checkpoint: 1, counts: countsOf(10) })
      await store.completeItem(lease, null)
      const restoring = { kind: 'phase', phase: 'restoring', items: [] } as const
      const found = { counts: countsOf(9, { deleted: 2 }), documents: 7 }
      const unbalanced = { ...found.counts, read: 8 }
      const { lease: planning } = await claim('advance', store, lease.taskId)
      await expect(store.advance(planning, { ...restoring, counts: unbalanced })).rejects.toThrow(RangeError)
      expect(await store.advance(planning, { ...restoring, ...found })).toMatchObject(found)
      expect(await advance(store, lease.taskId, restoring)).toMatchObject(found)
      expect(await advance(store, lease.taskId, loadOf(['b']))).toMatchObject({
        counts: found.counts,
        documents: null,
      })
    })

    it('include the documents of the index of a finished task, and none if the index was removed', async () => {
      const finished = await startLoad(store, [])
      const verified = { uuid: crypto.randomUUID(), name: finished.index, documents: 5, asOf: null }
      expect(await advance(store, finished.id, { kind: 'finished', verified })).toMatchObject({
        documents: 5,
      })

      const restoring = { kind: 'phase', phase: 'restoring', items: [], documents: 5 } as const
      for (const keepIndex of [false, true]) {
        const { id } = await startLoad(store, [])
        await advance(store, id, restoring)
        await store.cancel(id, { keepIndex })
        expect(await advance(store, id, { kind: 'cancelled' })).toMatchObject({
          documents: keepIndex ? 5 : null,
        })
      }
    })
  })

  it('with unaccounted rows are refused, and nothing of them is saved', async () => {
    const lease = await startItem()
    const counts = { read: 3, indexed: 1, dropped: { deleted: 0, removed_from_source: 0 }, failed: 1 }
    await expect(store.saveProgress(lease, { checkpoint: 1, counts })).rejects.toThrow(RangeError)
    expect(await getTask(store, lease.taskId)).toMatchObject({ counts: { read: 0 } })
  })
}

const toError = (error: unknown) => error

/** ASCII that compression hardly shortens. */
function randomText(length: number): string {
  const bytes = randomBytes((length / 4) * 3)
  return bytes.toString('base64').slice(0, length)
}
