import { expect, test } from 'vitest'
import { createInFlightLimit } from './in-flight-limit.ts'

test('overload halves the limit down to one, and a full round without it adds one up to the first', () => {
  const limit = createInFlightLimit(8)
  limit.report(false)
  expect(limit.current).toBe(4)
  for (let call = 0; call < 10; call++) limit.report(false)
  expect(limit.current).toBe(1)
  limit.report(true)
  expect(limit.current).toBe(2)
  limit.report(true)
  expect(limit.current).toBe(2)
  limit.report(true)
  expect(limit.current).toBe(3)
  for (let call = 0; call < 100; call++) limit.report(true)
  expect(limit.current).toBe(8)
})

test('a call that waits when the work is aborted is never made', async () => {
  const limit = createInFlightLimit(1)
  const controller = new AbortController()
  let finishFirst = () => {}
  // Admitted at once: it is under way before the abort.
  const first = limit.run(() => new Promise<void>((resolve) => (finishFirst = resolve)), controller.signal)
  let called = false
  const second = limit.run(async () => void (called = true), controller.signal)
  await Promise.resolve()
  controller.abort(new Error('stop'))
  finishFirst()
  const [firstResult, secondResult] = await Promise.allSettled([first, second])
  expect(firstResult.status).toBe('fulfilled')
  expect(secondResult).toMatchObject({ status: 'rejected', reason: { message: 'stop' } })
  expect(called).toBe(false)
})
