import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAuditLog } from '../../src/lib/server/audit.ts'
import { openDashboardDatabase } from './dashboard-database.ts'
import { postgresUrl } from '../../../../packages/core/test/support/postgres-url.ts'

let opened: Awaited<ReturnType<typeof openDashboardDatabase>>
beforeAll(async () => {
  opened = await openDashboardDatabase(postgresUrl())
})
afterAll(() => opened.close())

test('the audit log is read page by page, newest first, of all or of one', async () => {
  const log = createAuditLog(opened.db, opened.now)
  for (let index = 0; index < 5; index++) {
    await log.add({
      actor: index % 2 === 0 ? 'ada' : 'grace',
      action: 'cancel',
      subject: `${index}`,
      outcome: 'done',
      detail: { index },
      address: '192.0.2.1',
    })
  }
  const pages: (string | null)[][] = []
  for (let before: number | null | undefined; before !== null;) {
    const page = await log.list({ before, pageSize: 2 })
    pages.push(page.entries.map(({ subject }) => subject))
    before = page.nextBefore
  }
  expect(pages).toEqual([['4', '3'], ['2', '1'], ['0']])
  const own = await log.list({ actor: 'grace', pageSize: 10 })
  expect(own.entries.map(({ subject }) => subject)).toEqual(['3', '1'])
  expect(own.nextBefore).toBeNull()
})

test('what Postgres takes no text with is left out, and the rest is kept', async () => {
  const log = createAuditLog(opened.db, opened.now)
  const detail = { message: 'there is no task a\0b', text: '\\u0000' }
  const entry = { actor: 'eve', action: 'cancel', subject: 'a\0b', outcome: 'refused' as const }
  await log.add({ ...entry, detail, address: '192.0.2.1' })
  const { entries } = await log.list({ actor: 'eve', pageSize: 1 })
  expect(entries).toMatchObject([
    { subject: 'ab', detail: { message: 'there is no task ab', text: '\\u0000' } },
  ])
})
