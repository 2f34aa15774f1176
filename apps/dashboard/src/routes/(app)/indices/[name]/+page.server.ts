import type { Client } from '@ingestion-server/sdk'
import { error, redirect } from '@sveltejs/kit'
import { filteredEnding } from '#lib/filtered-ending.ts'
import { nearestNames } from '#lib/index-page/nearest-names.ts'
import { placeIndex } from '#lib/index-page/index-page.ts'
import { route } from '#lib/route.ts'
import { fetchPart } from '#lib/server/fetch-part.ts'
import { readIndices } from '#lib/server/index-list.ts'
import { readIndexParts } from '#lib/server/index-parts.ts'
import { requireRole } from '#lib/server/require-role.ts'
import { ingestion } from '#lib/server/services.ts'
import type { PageServerLoad } from './$types'

/** Longer texts are refused by the server, characters. */
const maxTextLength = 200

export const load: PageServerLoad = async (event) => {
  const user = requireRole(event, 'viewer')
  const { name } = event.params
  const field = (of: string) => event.url.searchParams.get(of)?.trim().slice(0, maxTextLength) ?? ''
  const search = { text: field('q'), id: field('id') }

  const indices = await readIndices(user.name)
  const models = indices.value?.models ?? []
  const target = models.flatMap(({ aliases }) => aliases).find(({ alias }) => alias === name)?.indices[0]
  if (target !== undefined) redirect(307, `${route.index(target)}${event.url.search}`)

  const placed = placeIndex(indices.value, name)
  const client = ingestion.as(user.name)
  const model =
    (indices.value === null
      ? await modelOfTasks(client, name)
      : models.find((of) => name.startsWith(`${of.model}-`))?.model) ?? null
  const parts = await readIndexParts(client, {
    name,
    model,
    isFiltered: placed?.index.filtered ?? name.endsWith(filteredEnding),
    exists: placed !== null,
    ...search,
  })
  const isKnown =
    placed !== null ||
    (parts.tasks.value?.tasks ?? []).length > 0 ||
    (parts.builds?.value ?? []).some(({ index }) => index === name)
  if (!isKnown && indices.value !== null && parts.tasks.value !== null) {
    const names = models.flatMap((of) => of.indices.map((index) => index.name))
    error(404, {
      message: `There is no index ${name}, and no task was about one of that name.`,
      indices: nearestNames(name, names),
    })
  }
  return { name, model, search, indices, parts }
}

/** While the list of indices is unavailable, its tasks still show the model of an index. */
async function modelOfTasks(client: Client, name: string): Promise<string | undefined> {
  const { value } = await fetchPart(client.tasks.list({ index: name, pageSize: 1 }))
  return value?.tasks[0]?.model
}
