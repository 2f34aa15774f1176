import type { IndexList } from '@ingestion-server/sdk'
import type { Answer } from '../answer.ts'
import { fetchForPage } from './fetch-for-page.ts'
import { ingestion } from './services.ts'

export function readIndices(actor: string): Promise<Answer<IndexList>> {
  return fetchForPage(ingestion.as(actor).indices.list())
}
