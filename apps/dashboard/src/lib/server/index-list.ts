import type { IndexList } from '@ingestion-server/sdk'
import type { FetchResult } from '../fetch-result.ts'
import { fetchForPage } from './fetch-for-page.ts'
import { ingestion } from './services.ts'

export function readIndices(actor: string): Promise<FetchResult<IndexList>> {
  return fetchForPage(ingestion.as(actor).indices.list())
}
