import { errorMessage } from '@ingestion-server/core/database'
import { IngestionApiError, IngestionError } from '@ingestion-server/sdk'
import { isHttpError } from '@sveltejs/kit'
import * as authErrors from './auth/errors.ts'

export interface Failure {
  outcome: 'refused' | 'failed'
  /** For the detail of an audit entry. */
  reason: { code: string; message: string }
}

/**
 * Classifies the error of a command. A refused command was not executed. A failed one may have been, for example when
 * the connection broke before the response arrived.
 */
export function describeFailure(error: unknown): Failure {
  if (isHttpError(error)) {
    const code = error.status === 403 ? 'forbidden' : `status_${error.status}`
    return {
      outcome: error.status < 500 ? 'refused' : 'failed',
      reason: { code, message: error.body.message },
    }
  }
  for (const AuthError of Object.values(authErrors)) {
    if (error instanceof AuthError)
      return { outcome: 'refused', reason: { code: error.code, message: error.message } }
  }
  if (error instanceof IngestionError) {
    const { code, message } = error
    const isRefused = error instanceof IngestionApiError && error.status < 500
    return { outcome: isRefused ? 'refused' : 'failed', reason: { code, message } }
  }
  return { outcome: 'failed', reason: { code: 'unexpected', message: errorMessage(error) } }
}
