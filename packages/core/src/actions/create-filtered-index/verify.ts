import { z } from 'zod'
import { IndexReplacedError } from '../../errors.ts'
import { countDocuments, countMatches, getIndex } from '../../search/index.ts'
import type { ItemContext, NextStep, StepContext, WorkResult } from '../../tasks/index.ts'
import { fitQueries } from './fit-queries.ts'
import { startOver } from './start-over.ts'
import { readState, sourceName, type FilterState } from './state.ts'
import { sensitiveTermSchema, type SensitiveTerm } from '../terms.ts'
import { findAnyLine, splitLines } from './term-query.ts'

const payloadSchema = z.object({ terms: z.array(sensitiveTermSchema) })
const comparedSchema = payloadSchema.extend({ found: z.int() })

/** @param state with the number of documents that were deleted */
export async function startVerification(
  context: StepContext,
  state: FilterState,
  terms: readonly SensitiveTerm[],
): Promise<NextStep> {
  const parts = await fitQueries(context, splitLines(terms), findAnyLine)
  return {
    kind: 'phase',
    phase: 'verifying',
    items: parts.map((part) => ({ payload: { terms: part } })),
    state,
  }
}

/** Searches the finished index for some of the lines, with a different kind of query than the deletes used. */
export async function verify({ search, task, item }: ItemContext): Promise<WorkResult> {
  const { terms } = payloadSchema.parse(item.payload)
  return {
    kind: 'done',
    result: { terms, found: await countMatches(search, task.index, findAnyLine(terms)) },
  }
}

/** Continues if nothing sensitive was found and no other document is missing; otherwise starts over. */
export async function evaluate(context: StepContext, results: readonly unknown[]): Promise<NextStep> {
  const { search, task } = context
  const state = readState(context)
  await requireUuid(context, sourceName(task), state.filteredFrom)
  await requireUuid(context, task.index, state.targetUuid)
  const compared = z.array(comparedSchema).parse(results)
  const terms = compared.flatMap((part) => part.terms)
  const found = compared.reduce((sum, part) => sum + part.found, 0)
  if (found > 0) return startOver(context, terms, `${found} documents with sensitive terms are left in it`)
  const expected = (state.documents ?? 0) - (state.deleted ?? 0)
  const documents = await countDocuments(search, task.index)
  if (documents !== expected) {
    return startOver(context, terms, `it has ${documents} documents where ${expected} should be left`)
  }
  return { kind: 'phase', phase: 'restoring', items: [] }
}

async function requireUuid({ search }: StepContext, name: string, uuid: string | null): Promise<void> {
  const found = await getIndex(search, name)
  if (found?.uuid !== uuid) throw new IndexReplacedError(name)
}
