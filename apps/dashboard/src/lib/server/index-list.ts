import type { IndexList } from '@ingestion-server/sdk'
import type { Answer } from '../answer.ts'
import { ask } from './ask.ts'
import { ingestion } from './services.ts'

export function readIndices(actor: string): Promise<Answer<IndexList>> {
  return ask(ingestion.as(actor).indices.list())
}
