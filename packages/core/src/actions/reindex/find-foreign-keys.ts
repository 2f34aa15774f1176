import { z } from 'zod'
import { SearchUnavailableError } from '../../errors.ts'
import { beginKeyScan, continueKeyScan, endKeyScan, getIndex } from '../../search/index.ts'
import type { ItemContext, StepContext } from '../../tasks/index.ts'

/** One of the parts in which the keys of an index are read. */
export const keysSchema = z.object({ part: z.int(), parts: z.int() })
export type Keys = z.infer<typeof keysSchema>

/** Keys that are listed at most; more of them come to light when these have been repaired. */
const maxListed = 10_000

const checkpointSchema = z.object({ scrollId: z.string(), keys: z.array(z.string()) })

/** A part for each shard: OpenSearch finds finer ones only by looking at all keys for each. */
export async function listKeyParts({ search, task }: StepContext): Promise<Keys[]> {
  const index = await getIndex(search, task.index)
  const parts = Number(index?.settings['number_of_shards'] ?? 1)
  return Array.from({ length: parts }, (_, part) => ({ part, parts }))
}

/**
 * Looks for documents whose key (`_id`) is not their id. In number and checksum of ids such a document passes for
 * that of the row, but an update or a deletion of the row would not reach it.
 *
 * @returns their keys, and those under which their rows' documents belong; null when the item should be given back
 */
export async function findForeignKeys(context: ItemContext, part: Keys): Promise<string[] | null> {
  const { search, task, item, signal } = context
  const saved = checkpointSchema.safeParse(item.checkpoint).data
  // A scroll only goes forward: should this worker die, what it reads from here on has to be read again.
  if (saved) await context.save({ checkpoint: null })
  const resumed = saved ? await continueKeyScan(search, task.index, saved.scrollId) : null
  const keys = new Set(resumed ? saved?.keys : [])
  let page = resumed ?? (await beginKeyScan(search, task.index, part))
  while (page.scrollId !== null) {
    for (const { key, ids } of page.foreign) for (const each of [key, ...ids]) keys.add(each)
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
