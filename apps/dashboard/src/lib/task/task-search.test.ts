import { expect, test } from 'vitest'
import { quote, setTerm } from './search-terms.ts'
import { parseTaskSearch, type TaskSearch } from './task-search.ts'

/** Without what is absent. */
function read(text: string) {
  const { match, statuses, problems } = parseTaskSearch(text)
  const given = Object.fromEntries(Object.entries(match).filter(([, value]) => value !== undefined))
  return { ...given, ...(statuses.length > 0 && { statuses }), ...(problems.length > 0 && { problems }) }
}

test.each<[string, TaskSearch['match'] & { statuses?: string[] }]>([
  ['', {}],
  ['20231106', { q: '20231106' }],
  ['  two words ', { q: 'two words' }],
  [
    'status:failed,cancelled status:running model:image 2026-11 text',
    {
      statuses: ['failed', 'cancelled', 'running'],
      model: ['image'],
      createdAfter: '2026-11-01T00:00:00.000Z',
      createdBefore: '2026-12-01T00:00:00.000Z',
      q: 'text',
    },
  ],
  ['STATUS:Failed', { statuses: ['failed'] }],
  ['action:filter action:DELETE_INDEX', { action: ['CREATE_AND_POPULATE_FILTERED_INDEX', 'DELETE_INDEX'] }],
  [
    'code:too_many_failed by:"token:nightly, 2"',
    { errorCode: ['too_many_failed'], requestedBy: 'token:nightly, 2' },
  ],
  ['2026-12-31', { createdAfter: '2026-12-31T00:00:00.000Z', createdBefore: '2027-01-01T00:00:00.000Z' }],
  [
    '2026-11 after:2026-11-20 before:2027-01 after:2026-11-10',
    { createdAfter: '2026-11-20T00:00:00.000Z', createdBefore: '2026-12-01T00:00:00.000Z' },
  ],
  ['"2026-11" "status:failed"', { q: '2026-11 status:failed' }],
  ['2026-13', { q: '2026-13' }],
  ['2026-02-30', { q: '2026-02-30' }],
  ['"open', { q: 'open' }],
])('reads %j', (text, expected) => {
  expect(read(text)).toEqual(expected)
})

test.each([
  ['state:failed model:image', 'There is no filter “state:”'],
  ['status:broken', '“status:broken” is none of queued, running, succeeded, failed, cancelled.'],
  ['action:move', '“action:move” is none of reindex, filter, promote, delete.'],
  ['model:', '“model:” has no value.'],
  ['after:yesterday', '“after:yesterday” is not a date'],
  ['by:ada by:grace', 'Only one value of “by:” is used, “ada”.'],
  ['x'.repeat(201), 'Only the first 200 characters are searched.'],
])('names what it does not understand in %j', (text, problem) => {
  expect(parseTaskSearch(text).problems).toEqual([expect.stringContaining(problem)])
})

test('changes one term and keeps the others as they are', () => {
  const text = 'status:failed by:"a b" code:x 2026-11 status:queued'
  expect(setTerm(text, 'status', null)).toBe('by:"a b" code:x 2026-11')
  expect(setTerm(text, 'code', 'y')).toBe('status:failed by:"a b" 2026-11 status:queued code:y')
  expect(setTerm('', 'by', 'a:b')).toBe('by:"a:b"')
})

test.each(['image', 'token:x', 'a b', '2026-11'])('writes %j so that it is read again', (value) => {
  expect(parseTaskSearch(`index:${quote(value)}`).match.index).toBe(value)
})
