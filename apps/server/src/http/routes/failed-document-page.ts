import {
  pageSizeSchema,
  shortBodyBytes,
  type FailedDocument,
  type FailedDocumentPage,
  type TaskStore,
} from '@ingestion-server/core'
import { z } from 'zod'
import { booleanParameter } from '../parse-query.ts'

/** Ids are bigint at most (PostgreSQL manual, "Integer Types"). */
const maxId = 2n ** 63n

/** The query of `GET /task/{id}/failed_documents`; a page token is the last id of the page before. */
export const failedDocumentQuerySchema = z.strictObject({
  page_size: pageSizeSchema,
  page_token: z
    .string()
    .refine(isId, { error: 'is not a valid page token' })
    // For JSON Schema, which can't express the check in code: all ids of 18 digits fit.
    .meta({ pattern: '^-?[0-9]{1,18}$' })
    .optional(),
  resolved: booleanParameter.default(false),
  /** `full`: complete bodies; a page has fewer entries where they are large. */
  body: z.enum(['short', 'full']).default('short'),
})

function isId(token: string): boolean {
  if (!/^-?\d{1,19}$/.test(token)) return false
  const id = BigInt(token)
  return id >= -maxId && id < maxId
}

/** Maximum bytes of the bodies on a page, unless the first alone has more. */
const maxPageBytes = 4 * 1024 * 1024

/** One page of the failed documents of a task. */
export async function readFailedDocumentPage(
  store: Pick<TaskStore, 'failedDocuments'>,
  taskId: string,
  query: z.output<typeof failedDocumentQuerySchema>,
): Promise<FailedDocumentPage> {
  const { page_size: pageSize, page_token: after, resolved } = query
  const read = (limit: number, bodyLimit?: number) =>
    store.failedDocuments(taskId, { after, resolved, limit, bodyLimit })
  // One more than requested shows whether there is another page.
  const found = await read(pageSize + 1, query.body === 'full' ? 0 : shortBodyBytes)
  if (query.body === 'short') return toPage(found.slice(0, pageSize), found.length > pageSize)
  const fitting = countFitting(found.slice(0, pageSize))
  return toPage(fitting === 0 ? [] : await read(fitting), found.length > fitting)
}

/** How many of them fit on a page, by their bytes. */
function countFitting(documents: readonly FailedDocument[]): number {
  let bytes = 0
  const beyond = documents.findIndex(({ body_bytes }) => (bytes += body_bytes) > maxPageBytes)
  return beyond === -1 ? documents.length : Math.max(1, beyond)
}

function toPage(documents: FailedDocument[], hasMore: boolean): FailedDocumentPage {
  return { failed_documents: documents, next_page_token: hasMore ? (documents.at(-1)?.id ?? null) : null }
}
