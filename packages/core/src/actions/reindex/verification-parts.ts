import { z } from 'zod'
import { closedRangeSchema } from '../../rows/index.ts'
import type { Json } from '../../tasks/index.ts'
import { keysSchema } from './find-mismatched-ids.ts'

/**
 * A unit of comparison and repair: a range of ids, documents outside all ranges, or keys that are not their ids. The
 * names in these schemas are stored with tasks, so they stay: `strays` are orphans, and `mended` is what was repaired.
 */
const partSchema = z.union([
  closedRangeSchema,
  z.object({ strays: z.literal(true) }),
  z.object({ keys: keysSchema }),
])
export type Part = z.infer<typeof partSchema>

/** A document after the repair; `digest` is that of the written document, if fields are compared. */
const repairedSchema = z.object({
  key: z.string(),
  state: z.enum(['absent', 'present', 'mature']),
  digest: z.string().optional(),
})
export type Repaired = z.infer<typeof repairedSchema>

/** A part to compare: completely (null), or only whether its repair took effect. */
export const comparisonSchema = z.object({ part: partSchema, mended: z.array(repairedSchema).nullable() })
export type Comparison = z.infer<typeof comparisonSchema>

/** The keys of a part that have to be repaired. */
export const differingKeysSchema = z.object({
  part: partSchema,
  differing: z.array(z.string()),
  /** Only the first keys are listed, so the whole range is written and compared again. */
  isCut: z.boolean().default(false),
})

const count = z.int().min(0)
/** Documents by the name of a field that differed. */
const fieldCountsSchema = z.record(z.string(), count)
export type FieldCounts = z.infer<typeof fieldCountsSchema>

/** Rows of a part that were dropped, by reason. */
const droppedSchema = z.object({ deleted: count, removed_from_source: count })
export type Dropped = z.infer<typeof droppedSchema>

/** Result of comparing a part. */
export const differencesSchema = differingKeysSchema.extend({
  /** Documents that were compared field by field. */
  compared: count.default(0),
  fields: fieldCountsSchema.default({}),
  /** Absent if nothing changed after the load, which has counted them. */
  dropped: droppedSchema.optional(),
  /** The comparison checked whether a repair took effect. */
  wasMended: z.boolean().default(false),
})
export type Differences = z.infer<typeof differencesSchema>

/** Totals of a verification so far. */
export const reportSchema = z.object({ compared: count, differing: count, fields: fieldCountsSchema })
export type VerificationReport = z.infer<typeof reportSchema>

/** Conversion to the JSON stored with an item: JSON omits undefined members, which the types don't express. */
export const toJson = {
  comparison: (comparison: Comparison) => comparisonSchema.encode(comparison) as Json,
  differingKeys: (differing: Omit<Differences, 'compared' | 'fields' | 'dropped' | 'wasMended'>) =>
    differingKeysSchema.encode(differing) as Json,
  differences: (differences: Differences) => differencesSchema.encode(differences) as Json,
}

/** Maximum number of counted names: other programs may write arbitrarily many fields to an index. */
const maxNames = 50
const otherNames = '(other fields)'

export function countFields(counts: FieldCounts, names: Iterable<string>, documents = 1): void {
  for (const name of names) {
    const isKnown = Object.hasOwn(counts, name) || Object.keys(counts).length < maxNames
    // An assignment to `__proto__` would create no own property.
    const counted = isKnown && name !== '__proto__' ? name : otherNames
    counts[counted] = (counts[counted] ?? 0) + documents
  }
}

/** Adds new differences. Those that a repair did not change were added before. */
export function addToReport(report: VerificationReport, found: readonly Differences[]): VerificationReport {
  const sum = { ...report, fields: { ...report.fields } }
  for (const { compared, differing, fields, wasMended } of found) {
    if (wasMended) continue
    sum.compared += compared
    sum.differing += differing.length
    for (const [name, documents] of Object.entries(fields)) countFields(sum.fields, [name], documents)
  }
  return sum
}

/** Sum over the parts. */
export function sumDropped(found: readonly Differences[]): Dropped {
  const counted = found.flatMap(({ dropped }) => dropped ?? [])
  return {
    deleted: counted.reduce((sum, { deleted }) => sum + deleted, 0),
    removed_from_source: counted.reduce((sum, each) => sum + each.removed_from_source, 0),
  }
}
