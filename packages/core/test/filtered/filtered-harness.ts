import { inject } from 'vitest'
import {
  audio,
  createFilteredIndex,
  image,
  reindex,
  runTask,
  submitTask,
  type SearchClient,
  type TaskContext,
  type TaskRecord,
} from '../../src/index.ts'
import { createHarness, readIndex, runToEnd, type Harness, type HarnessOptions } from '../support/harness.ts'
import { postgresUrl } from '../support/postgres-url.ts'

export interface FilteredHarness extends Harness {
  context: TaskContext
  /** The list of sensitive terms that the next run reads. */
  terms: { text: string }
  /** Name of the source index. */
  source: string
  /**
   * Submits a task that filters `image-<suffix>`, or `image-<suffix><origin>`, into
   * `image-<suffix>-<name>-filtered`, or into the filtered index of the suffix.
   */
  submit(name?: string, origin?: string): Promise<TaskRecord>
  /** The same, run to its end. */
  filter(name?: string, context?: TaskContext): Promise<TaskRecord>
}

/** The harness with both actions that build indices, a list of terms, and by default all rules for look-alikes. */
export async function createFilteredHarness(
  options: Partial<Pick<HarnessOptions, 'openSearchUrl' | 'settings' | 'models'>> = {},
): Promise<FilteredHarness> {
  const harness = await createHarness({
    postgresUrl: postgresUrl(),
    openSearchUrl: options.openSearchUrl ?? inject('openSearchUrl'),
    actions: [reindex, createFilteredIndex],
    models: options.models ?? [image, audio],
    ...(options.settings && { settings: options.settings }),
  })
  const terms = { text: '' }
  const context = { ...harness.context, readSensitiveTerms: async () => terms.text }
  const submit = (name?: string, origin = '') =>
    submitTask(context, {
      model: 'image',
      action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
      destination_index_suffix: name === undefined ? harness.suffix : `${harness.suffix}-${name}`,
      origin_index_suffix: `${harness.suffix}${origin}`,
    })
  return {
    ...harness,
    context,
    terms,
    source: `image-${harness.suffix}`,
    submit,
    filter: async (name, runContext = context) => runToEnd(runContext, (await submit(name)).id),
  }
}

/** Runs a task to its end in calls of `sliceMs` at most. */
export async function runInSlices(
  context: TaskContext,
  taskId: string,
  sliceMs: number,
): Promise<TaskRecord> {
  for (;;) {
    const result = await runTask(context, taskId, { deadline: context.clock.now() + sliceMs })
    if (!result.paused) return result.task
  }
}

export interface Work {
  title: string
  tags?: string[]
  description?: string
}

/** Adds rows with these texts and no other relevant content; ids from 1 on. */
export async function insertImages({ sql }: Harness, works: readonly Work[]): Promise<void> {
  const rows = works.map(({ title, tags = [], description }, position) => ({
    id: position + 1,
    title,
    tags: tags.map((name) => ({ name })),
    meta_data: description === undefined ? {} : { description },
    url: `https://example.org/${position + 1}.jpg`,
    removed_from_source: false,
  }))
  await sql`insert into image (id, title, tags, meta_data, url, removed_from_source)
    select id, title, tags, meta_data, url, removed_from_source
    from jsonb_populate_recordset(null::image, ${sql.json(rows)})`
}

/** Ids of the documents in which no line is found: OpenSearch is queried for each line separately. */
export async function idsWithout(
  search: SearchClient,
  index: string,
  lines: readonly string[],
): Promise<string[]> {
  const ids = new Set((await readIndex(search, index)).keys())
  for (const query of lines) {
    const { body } = await search.search({
      index,
      size: 10_000,
      _source: false,
      body: {
        query: {
          multi_match: { query, type: 'phrase', fields: ['title.raw', 'description.raw', 'tags.name.raw'] },
        },
      },
    })
    for (const { _id } of body.hits.hits) ids.delete(String(_id))
  }
  return [...ids].sort()
}

export async function idsOf(search: SearchClient, index: string): Promise<string[]> {
  return [...(await readIndex(search, index)).keys()].sort()
}

/** Properties of an index other than its documents. */
export async function describeIndex(search: SearchClient, index: string) {
  const { body } = await search.indices.get({ index }, { ignore: [404] })
  const found = body[index]
  if (!found) return null
  const settings = found.settings?.index as Record<string, unknown> & { blocks?: { write?: string | null } }
  return {
    uuid: String(settings['uuid']),
    isBlocked: settings.blocks?.write === 'true',
    aliases: Object.keys(found.aliases ?? {}),
    settings,
    meta: found.mappings?._meta,
  }
}
