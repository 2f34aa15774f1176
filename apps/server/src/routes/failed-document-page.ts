import type { FailedDocument, FailedDocumentPage } from '@ingestion-server/core'
import { z } from 'zod'
import { booleanParameter, pageSizeParameter } from '../parse-query.ts'

/** Ids are bigint at most (PostgreSQL manual, "Integer Types"). */
const maxId = 2n ** 63n

/** The query of `GET /task/{id}/failed_documents`; a page token is the last id of the page before. */
export const failedDocumentQuerySchema = z.strictObject({
  page_size: pageSizeParameter,
  page_token: z
    .string()
    .refine(isId, { error: 'is no page token of this server' })
    // For JSON Schema, which sees no check in code: all ids of 18 digits fit.
    .meta({ pattern: '^-?[0-9]{1,18}$' })
    .optional(),
  resolved: booleanParameter.default(false),
})

function isId(token: string): boolean {
  if (!/^-?\d{1,19}$/.test(token)) return false
  const id = BigInt(token)
  return id >= -maxId && id < maxId
}

/** @param documents as many as fit on the page, or one more when it is not the last */
export function toFailedDocumentPage(
  documents: readonly FailedDocument[],
  pageSize: number,
): FailedDocumentPage {
  const page = documents.slice(0, pageSize)
  return {
    failed_documents: page,
    next_page_token: documents.length > pageSize ? (page.at(-1)?.id ?? null) : null,
  }
}
