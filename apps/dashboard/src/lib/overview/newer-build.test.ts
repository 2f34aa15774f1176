import type { IndexList } from '@ingestion-server/sdk'
import { expect, test } from 'vitest'
import { findNewerBuild } from './newer-build.ts'

type Model = IndexList['models'][number]
type Index = Model['indices'][number]

const at = (day: number) => `2026-11-${String(day).padStart(2, '0')}T00:00:00.000Z`
/** An index of a day, verified on that day. */
const index = (day: number, values: Partial<Index> = {}) =>
  ({
    name: `image-${day}`,
    uuid: `uuid-${day}`,
    model: 'image',
    suffix: `${day}`,
    filtered: false,
    aliases: [],
    state: 'open',
    documents: 1_000,
    verified: true,
    verifiedAt: at(day),
    asOf: at(day),
    filteredFrom: null,
    reservedBy: null,
    ...values,
  }) as Index // the rest is not looked at
const live = index(10, { aliases: ['image'] })
const find = (indices: Index[], movedAt: string | null = at(11), filtered: string[] = []) =>
  findNewerBuild({
    model: 'image',
    freshnessTargetSeconds: null,
    aliases: [
      { alias: 'image', indices: ['image-10'], previous: null, movedAt, taskId: null },
      { alias: 'image-filtered', indices: filtered, previous: null, movedAt, taskId: null },
    ],
    indices,
  })

test('the newest verified index that was built since the last move is offered', () => {
  expect(find([index(13, { documents: 1_050 }), index(12), live, index(9)])).toEqual({
    name: 'image-13',
    asOf: at(13),
    change: expect.closeTo(0.05) as number,
    lacksCopy: false,
    href: '/tasks/new/promote?index=image%2F13&alias=default',
  })
  expect(find([live, index(9)])).toBe(null)
})

test('with its filtered copy both aliases move', () => {
  const copy = index(14, { name: 'image-13-filtered', filtered: true, filteredFrom: 'uuid-13' })
  expect(find([copy, index(13), live])).toMatchObject({
    lacksCopy: false,
    href: '/tasks/new/promote?index=image%2F13&alias=both',
  })
  expect(find([index(13), live], at(11), ['image-10-filtered'])).toMatchObject({
    lacksCopy: true,
    href: '/tasks/new/promote?index=image%2F13&alias=default',
  })
})

test('what a rollback left, what is not verified, and what a task works on is not offered', () => {
  expect(find([index(13), live], at(14))).toBe(null)
  expect(find([index(13), live], null)?.name).toBe('image-13')
  for (const values of [
    { verified: false, verifiedAt: null },
    { reservedBy: 'a task' },
    { state: 'closed' as const },
    { filtered: true },
    { asOf: at(10) },
  ])
    expect(find([index(13, values), live]), JSON.stringify(values)).toBe(null)
})
