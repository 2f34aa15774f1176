import { z } from 'zod'
import { SearchUnavailableError } from '../../errors.ts'
import { beginKeyScan, continueKeyScan, endKeyScan, getIndex } from '../../search/index.ts'
import type { ItemContext, StepContext } from '../../tasks/index.ts'

/** One of the parts into which the keys of an index are split. */
export const keysSchema = z.object({ part: z.int(), parts: z.int() })
export type Keys = z.infer<typeof keysSchema>

/** Maximum number of listed keys; further ones are found after these have been repaired. */
const maxListed = 10_000

const checkpointSchema = z.object({ scrollId: z.string(), keys: z.array(z.string()) })

/** One part per shard: for each finer part OpenSearch would read all keys. */
export async function listKeyParts({ search, task }: StepContext): Promise<Keys[]> {
  const index = await getIndex(search, task.index)
  const parts = Number(index?.settings['number_of_shards'] ?? 1)
  return Array.from({ length: parts }, (_, part) => ({ part, parts }))
}

/**
 * Finds documents whose key (`_id`) is not their id. Number and checksum of ids don't reveal such a document, but an
 * update or deletion of the row would not reach it.
 *
 * @returns their keys, and the correct keys of their rows' documents; null when the item should be returned
 */
export async function findMismatchedIds(context: ItemContext, part: Keys): Promise<string[] | null> {
  const { search, task, item, signal } = context
  const saved = checkpointSchema.safeParse(item.checkpoint).data
  // A scroll can't be resumed: if this worker dies, everything from here on is read again.
  if (saved) await context.save({ checkpoint: null })
  const resumed = saved ? await continueKeyScan(search, task.index, saved.scrollId) : null
  const keys = new Set(resumed ? saved?.keys : [])
  let page = resumed ?? (await beginKeyScan(search, task.index, part))
  while (page.scrollId !== null) {
    for (const { key, ids } of page.mismatched) for (const each of [key, ...ids]) keys.add(each)
    if (keys.size >= maxListed) {
      await endKeyScan(search, page.scrollId)
      break
    }
    signal.throwIfAborted()
    if (context.isPausing()) {
      await context.save({ checkpoint: { scrollId: page.scrollId, keys: [...keys] } })
      return null
    }
    const next = await continueKeyScan(search, task.index, page.scrollId)
    if (!next) throw new SearchUnavailableError(`OpenSearch ended the scroll over ${task.index}`)
    page = next
  }
  return [...keys]
}
