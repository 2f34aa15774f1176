import { IndexReplacedError } from '../errors.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { plainSettings, requireIndexAsWanted } from './create-index.ts'
import { settingsInCommon, settingsOfFields } from './index-contents.ts'
import { getIndex, type IndexInfo } from './indices.ts'
import { isWriteAlias } from './write-alias.ts'

type Json = Record<string, unknown>

/**
 * Looks once more at an index that is about to be recorded as verified: nothing has got it an alias, a pipeline, a
 * block or other settings since it was created.
 *
 * @param wanted the settings that it was given, and what its mapping says beside its fields, which don't change;
 * `like`: the index that it was copied from, whose settings it may have too
 * @returns what else is to be known of it, each in a few words
 * @throws IndexDiffersError
 * @throws IndexReplacedError when the name stands for nothing or for another index
 */
export async function checkFinishedIndex(
  client: SearchClient,
  { name, uuid }: { name: string; uuid: string },
  wanted: { settings: Json; mappings: Json; like?: IndexInfo | null },
): Promise<string[]> {
  const found = await getIndex(client, name)
  if (found?.uuid !== uuid) throw new IndexReplacedError(name)
  return requireIndexAsWanted(
    client,
    { ...found, aliases: found.aliases.filter((alias) => !isWriteAlias(alias)) },
    {
      settings: {
        ...(wanted.like && settingsInCommon(wanted.like, found)),
        ...plainSettings,
        ...settingsOfFields(found),
        ...wanted.settings,
      },
      mappings: { ...found.mappings, ...wanted.mappings },
      aliases: [],
    },
  )
}
