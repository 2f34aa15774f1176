import { expect, test } from 'vitest'
import { z } from 'zod'
import { classifyError } from '../classify-error.ts'
import { toTaskError } from './task-error.ts'

test('stored data of another shape is a failure of its own, which says where', () => {
  const { error } = z.object({ range: z.object({ end: z.number() }) }).safeParse({ range: { end: 'nine' } })
  const failure = toTaskError(classifyError(error))
  expect(failure).toMatchObject({ code: 'unexpected_data', title: 'Unexpected data' })
  expect(failure.detail).toContain('an unexpected shape at /range/end;')
  expect(failure.detail).not.toMatch(/expected number|invalid_type|\[/)
})

test.each([
  new Error('select secret from users where password = 1'),
  new TypeError("Cannot read properties of undefined (reading 'write')"),
  'postgres://user:password@db/catalog',
  { message: 'inside' },
])('an error that nothing is known of keeps its inside to the log: %o', (error) => {
  const failure = toTaskError(classifyError(error))
  expect(failure.code).toBe('internal_error')
  expect(failure.detail).toMatch(/^unexpected error \(\w+\); see the worker's log for this task_id$/)
  expect(JSON.stringify(failure)).not.toMatch(/secret|reading|password|inside/)
})
