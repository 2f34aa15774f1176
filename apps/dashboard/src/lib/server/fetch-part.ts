import { IngestionError } from '@ingestion-server/sdk'
import type { FetchResult } from '../fetch-result.ts'
import { toSentence } from '../format/sentence.ts'
import { describeUnavailable } from './fetch-for-page.ts'

/**
 * Fetches one part of a page: any failure of the ingestion server, also a refusal, is shown in its place, and the other
 * parts stay.
 *
 * @throws errors that are not from the SDK
 */
export async function fetchPart<Value>(call: Promise<Value>): Promise<FetchResult<Value>> {
  try {
    return { value: await call, unavailableReason: null }
  } catch (cause) {
    if (!(cause instanceof IngestionError)) throw cause
    return { value: null, unavailableReason: describeUnavailable(cause) ?? toSentence(cause.message) }
  }
}
