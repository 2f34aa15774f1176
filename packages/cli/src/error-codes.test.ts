import type { KnownErrorCode } from '@ingestion-server/sdk'
import { expectTypeOf, test } from 'vitest'
import type { AnsweredCode } from '../../../apps/server/src/http/on-error.ts'

test('the SDK knows every error code of the server', () => {
  expectTypeOf<Exclude<AnsweredCode, KnownErrorCode>>().toBeNever()
})
