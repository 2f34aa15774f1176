import type { Index, IndexList, Task } from '@ingestion-server/sdk'
import { expect, test } from 'vitest'
import { findAttention, type AttentionInput } from './find-attention.ts'

const now = Date.parse('2026-11-28T12:00:00Z')
const ago = (hours: number) => new Date(now - hours * 3_600_000).toISOString()

const index = (suffix: string, values: Partial<Index> = {}) =>
  ({
    name: `image-${suffix}`,
    uuid: `uuid-${suffix}`,
    model: 'image',
    suffix,
    filtered: suffix.endsWith('-filtered'),
    health: 'green',
    verified: true,
    asOf: ago(1),
    filteredFrom: null,
    ...values,
  }) as Index // the rest is not looked at

const task = (values: Partial<Task>) =>
  ({
    taskId: 'id',
    model: 'image',
    action: 'REINDEX',
    status: 'running',
    index: 'image-9',
    request: {},
    waiting: null,
    error: null,
    startedAt: ago(0.1),
    finishedAt: null,
    ...values,
  }) as Task // the rest is not looked at

const alias = (name: string, ...indices: string[]) => ({
  alias: name,
  indices,
  previous: null,
  movedAt: null,
  taskId: null,
})

type Model = IndexList['models'][number]

/** A healthy model: both aliases point to one generation. */
const model = (values: Partial<Model> = {}): Model => ({
  model: 'image',
  freshnessTargetSeconds: 86_400,
  aliases: [alias('image', 'image-7'), alias('image-filtered', 'image-7-filtered')],
  indices: [index('7-filtered', { filteredFrom: 'uuid-7' }), index('7'), index('6')],
  ...values,
})

const find = (values: Partial<AttentionInput>) =>
  findAttention({ models: [], failedKinds: [], active: [], durations: [], now, ...values }).map(
    ({ id, tone, text, link, retry }) => ({ id, tone, text, href: link.href, retry: retry?.taskId ?? null }),
  )

test('a healthy model needs nothing', () => {
  expect(find({ models: [model()], active: [task({})] })).toEqual([])
})

test.each<[string, Model, Record<string, unknown>[]]>([
  [
    'no index at all',
    model({ aliases: [alias('image'), alias('image-filtered')], indices: [] }),
    [{ id: 'no-index/image', tone: 'warn', href: '/tasks/new/reindex?model=image' }],
  ],
  [
    'an alias without an index',
    model({ aliases: [alias('image'), alias('image-filtered')] }),
    [{ id: 'no-index/image', tone: 'bad', href: '/tasks/new/promote?index=image%2F7&alias=default' }],
  ],
  [
    'a filtered alias without an index',
    model({ aliases: [alias('image', 'image-6'), alias('image-filtered')] }),
    [{ id: 'filtered/image', tone: 'warn', href: '/tasks/new/filter?index=image%2F6' }],
  ],
  [
    'a filtered alias of another generation',
    model({
      aliases: [alias('image', 'image-7'), alias('image-filtered', 'image-6-filtered')],
      indices: [
        index('7-filtered', { filteredFrom: 'uuid-7' }),
        index('7'),
        index('6-filtered', { filteredFrom: 'uuid-6' }),
      ],
    }),
    [{ id: 'filtered/image', href: '/tasks/new/promote?index=image%2F7-filtered&alias=filtered' }],
  ],
  [
    'a red index, and old data',
    model({
      indices: [
        index('7-filtered', { filteredFrom: 'uuid-7' }),
        index('7', { asOf: ago(30) }),
        index('6', { health: 'red' }),
      ],
    }),
    [
      { id: 'red/image-6', tone: 'bad', href: '/indices/image-6' },
      { id: 'stale/image', tone: 'warn', href: '/tasks/new/reindex?model=image' },
    ],
  ],
])('finds %s', (_, each, expected) => {
  expect(find({ models: [each] })).toMatchObject(expected)
})

test('old data lead to the build that will replace them', () => {
  const old = model({
    indices: [index('7-filtered', { filteredFrom: 'uuid-7' }), index('7', { asOf: ago(72) })],
  })
  expect(find({ models: [old], active: [task({ taskId: 'build' })] })).toEqual([
    expect.objectContaining({ id: 'stale/image', tone: 'bad', href: '/tasks/build' }),
  ])
})

test('failures since the last success come first, with a retry', () => {
  const latest = task({
    status: 'failed',
    error: { code: 'x', title: 'X', detail: 'it broke' },
  })
  const waiting = { for: 'postgres', reason: 'no answer', since: ago(1), nextAttemptAt: ago(0) } as const
  const found = find({
    failedKinds: [{ latest, count: 3, isMore: false }],
    active: [task({ taskId: 'waits', waiting })],
  })
  expect(found).toEqual([
    {
      id: 'failed/image/REINDEX',
      tone: 'bad',
      text: 'Reindex image-9 failed: It broke. 3 failed since the last success.',
      href: '/tasks/id',
      retry: 'id',
    },
    {
      id: 'waiting/waits',
      tone: 'warn',
      text: 'Reindex image-9 waits for Postgres: No answer.',
      href: '/tasks/waits',
      retry: null,
    },
  ])
})

test.each([
  [59, 1_200, 0],
  [61, 1_200, 1],
  [9, 60, 0],
  [11, 60, 1],
])(
  'a task that has run for %i minutes with a median of %i s: %i findings',
  (minutes, medianSeconds, count) => {
    const durations = [{ model: 'image', action: 'REINDEX', medianSeconds, count: 30 } as const]
    expect(find({ active: [task({ startedAt: ago(minutes / 60) })], durations })).toHaveLength(count)
  },
)
