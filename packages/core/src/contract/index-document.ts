import { z } from 'zod'
import { wholeParameter } from './page-size.ts'
import { failedDocumentSchema } from './task.ts'

/** Field names are those of the document. Whole numbers beyond 2^53 are texts, which are exact. */
const source = z.record(z.string(), z.unknown())

/** `GET /index/{name}/document`. */
export const documentPageSchema = z.object({
  /** Best matches first. */
  documents: z.array(z.object({ id: z.string(), source })),
  total: z.int().min(0),
  /** False: there are more than `total`. */
  total_is_exact: z.boolean(),
})
export type DocumentPage = z.infer<typeof documentPageSchema>

/** Query of `GET /index/{name}/document`. */
export const documentQuerySchema = z.strictObject({
  /** Words of a text field, or an id; empty: any documents. */
  q: z.string().max(200).optional(),
  page_size: wholeParameter({ min: 1, max: 100, default: 10 }),
})
export type DocumentQuery = z.input<typeof documentQuerySchema>

/**
 * The row in Postgres now: `deleted` is listed as deleted, `removed_from_source` has that flag. `unknown`: the database
 * did not respond.
 */
export const rowStates = ['present', 'absent', 'deleted', 'removed_from_source', 'unknown'] as const
export type RowState = (typeof rowStates)[number]

/**
 * Why an index has a document or not. `filtered`: its source has it, so it contains a sensitive term. `failed`:
 * OpenSearch refused it. `dropped`: its row is deleted or removed from its source. `changed_after_build`: the row was
 * written after the index was built. `not_in_catalog`: there is no such row. `unknown`: none of these is certain.
 */
export const documentExplanations = [
  'in_index',
  'filtered',
  'failed',
  'dropped',
  'changed_after_build',
  'not_in_catalog',
  'unknown',
] as const
export type DocumentExplanation = (typeof documentExplanations)[number]

/** `GET /index/{name}/document/{id}`. */
export const explainedDocumentSchema = z.object({
  id: z.string(),
  in_index: z.boolean(),
  source: source.nullable(),
  row: z.enum(rowStates),
  explanation: z.enum(documentExplanations),
  /** The explanation as a sentence. */
  detail: z.string(),
  /** The refusal, for `failed`. */
  failed_document: failedDocumentSchema.nullable(),
})
export type ExplainedDocument = z.infer<typeof explainedDocumentSchema>
