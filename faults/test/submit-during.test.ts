import type { Task } from '@ingestion-server/core/contract'
import { expect, test } from 'vitest'
import { UnexpectedResponseError } from '../rounds/api-client.ts'
import { submitDuring } from '../rounds/submit-during.ts'

const accepted = { task_id: 'accepted' } as Task
const codes = ['index_changed']

/** A server that refuses a task while there are faults, or always. */
function startRefusing(code: string, { always = false } = {}) {
  const log: string[] = []
  return {
    log,
    endFaults() {
      log.push('faults ended')
      return Promise.resolve()
    },
    submit() {
      const isRefused = always || !log.includes('faults ended')
      log.push(isRefused ? 'refused' : 'accepted')
      return isRefused ? Promise.reject(new UnexpectedResponseError('409', code)) : Promise.resolve(accepted)
    },
  }
}

test('a task that is refused because of a fault is accepted once the faults are over', async () => {
  const { log, endFaults, submit } = startRefusing('index_changed')
  expect(await submitDuring(endFaults, codes, submit)).toBe(accepted)
  expect(log).toEqual(['refused', 'faults ended', 'accepted'])
})

test('a refusal that no fault explains, or that remains, is an error', async () => {
  const other = startRefusing('index_shrank')
  await expect(submitDuring(other.endFaults, codes, other.submit)).rejects.toThrow(UnexpectedResponseError)
  expect(other.log).toEqual(['refused'])
  const lasting = startRefusing('index_changed', { always: true })
  await expect(submitDuring(lasting.endFaults, codes, lasting.submit)).rejects.toThrow(
    UnexpectedResponseError,
  )
  expect(lasting.log).toEqual(['refused', 'faults ended', 'refused'])
})

test('a task that is accepted during a fault leaves it as it is', async () => {
  const endFaults = () => Promise.reject(new Error('ended'))
  expect(await submitDuring(endFaults, codes, () => Promise.resolve(accepted))).toBe(accepted)
})
