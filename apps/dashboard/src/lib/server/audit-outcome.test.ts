import { ConnectionError } from '@ingestion-server/sdk'
import { error } from '@sveltejs/kit'
import { expect, test } from 'vitest'
import { describeFailure } from './audit-outcome.ts'
import { LastAdminError, UnknownUserError } from './auth/errors.ts'

function thrownBy(work: () => void): unknown {
  try {
    work()
  } catch (thrown) {
    return thrown
  }
  throw new Error('nothing was thrown')
}

test.each([
  [new LastAdminError('ada'), 'refused', 'last_admin'],
  [new UnknownUserError(), 'refused', 'unknown_user'],
  [thrownBy(() => error(403, 'no')), 'refused', 'forbidden'],
  [thrownBy(() => error(404, 'no')), 'refused', 'status_404'],
  [thrownBy(() => error(503, 'no')), 'failed', 'status_503'],
  [
    new ConnectionError('the server was not reached', { neverSent: true, cause: null }),
    'failed',
    'connection_failed',
  ],
  [Object.assign(new Error('terminated'), { code: '57P01' }), 'failed', 'unexpected'],
  ['a text', 'failed', 'unexpected'],
])('%s: %s, %s', (thrown, outcome, code) => {
  expect(describeFailure(thrown)).toMatchObject({ outcome, reason: { code } })
})
