import type { ProblemCode } from '@ingestion-server/core/contract'
import type { KnownErrorCode } from '@ingestion-server/sdk'
import { expectTypeOf, test } from 'vitest'

test('the SDK knows every error code of the server', () => {
  expectTypeOf<Exclude<ProblemCode, KnownErrorCode>>().toBeNever()
})
