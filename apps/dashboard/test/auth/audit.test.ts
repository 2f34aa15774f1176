import { isNull } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAuditLog } from '../../src/lib/server/audit.ts'
import { audit } from '../../src/lib/server/database/index.ts'
import { openDashboardDatabase } from './dashboard-database.ts'
import { postgresUrl } from '@ingestion-server/core/testing/postgres-url.ts'

let opened: Awaited<ReturnType<typeof openDashboardDatabase>>
beforeAll(async () => {
  opened = await openDashboardDatabase(postgresUrl())
})
afterAll(() => opened.close())

test('the audit log is returned in pages, newest first, of all users or of one', async () => {
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

test("characters that Postgres can't store are removed, and the rest is kept", async () => {
  const log = createAuditLog(opened.db, opened.now)
  const detail = { message: 'there is no task a\0b', text: '\\u0000' }
  const entry = { actor: 'eve', action: 'cancel', subject: 'a\0b', outcome: 'refused' as const }
  await log.add({ ...entry, detail, address: '192.0.2.1' })
  const { entries } = await log.list({ actor: 'eve', pageSize: 1 })
  expect(entries).toMatchObject([
    { subject: 'ab', detail: { message: 'there is no task ab', text: '\\u0000' } },
  ])
})

const refusal = {
  actor: null,
  action: 'sign_in',
  subject: 'ada',
  outcome: 'refused' as const,
  detail: { code: 'wrong_password' },
  address: '192.0.2.7',
}

test('repeated refusals are counted in one entry for 15 minutes, also when they are concurrent', async () => {
  let at = new Date('2026-11-28T10:00:00Z')
  const log = createAuditLog(opened.db, () => at)
  await opened.db.delete(audit)
  await Promise.all(Array.from({ length: 20 }, () => log.add(refusal)))
  at = new Date('2026-11-28T10:14:00Z')
  await log.add(refusal)
  await log.add({ ...refusal, address: '192.0.2.8' })
  await log.add({ ...refusal, detail: { code: 'throttled' } })
  await log.add({ ...refusal, actor: 'ada', outcome: 'done' })
  await log.add({ ...refusal, actor: 'ada', outcome: 'done' })
  at = new Date('2026-11-28T10:16:00Z')
  await log.add(refusal)
  const { entries } = await log.list({ pageSize: 10 })
  expect(entries.map(({ times }) => times)).toEqual([1, 1, 1, 1, 1, 21])
  expect(entries.at(-1)?.lastAt).toEqual(new Date('2026-11-28T10:14:00Z'))
})

test('refused and failed actions have a limited number of entries per user, and entries of completed actions are kept', async () => {
  const log = createAuditLog(opened.db, opened.now)
  await opened.db.delete(audit)
  const undone = { ...refusal, at: opened.now() }
  await opened.db.insert(audit).values({ ...undone, actor: 'ada', outcome: 'done' })
  await opened.db.insert(audit).values({ ...undone, actor: 'grace' })
  for (let thousand = 0; thousand < 11; thousand++)
    await opened.db.insert(audit).values(Array.from({ length: 1_000 }, () => undone))
  await log.add(refusal)
  expect(await opened.db.$count(audit, isNull(audit.actor))).toBe(10_000)
  expect((await log.list({ pageSize: 1 })).entries).toMatchObject([
    { address: refusal.address, lastAt: null },
  ])
  for (const actor of ['ada', 'grace'])
    expect((await log.list({ actor, pageSize: 2 })).entries).toHaveLength(1)
})
