import { IndexReplacedError } from '../errors.ts'
import type { SearchClient } from './connect-opensearch.ts'
import { plainSettings, requireIndexAsWanted } from './create-index.ts'
import { settingsInCommon, settingsOfFields } from './index-contents.ts'
import { getIndex, type IndexInfo } from './indices.ts'
import { isWriteAlias } from './write-alias.ts'

type Json = Record<string, unknown>

/**
 * Checks an index again before it is recorded as verified: nothing has added an alias, a pipeline, a block or other
 * settings since it was created.
 *
 * @param wanted the settings that it was created with and the fixed parts of its mapping; `like`: the index that it was
 * copied from, whose settings it may have too
 * @returns short warnings
 * @throws IndexDiffersError
 * @throws IndexReplacedError when the index was deleted or replaced
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
