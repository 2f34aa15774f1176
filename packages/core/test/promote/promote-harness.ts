import { inject } from 'vitest'
import {
  actions,
  image,
  submitTask,
  type TaskContext,
  type TaskRecord,
  type TaskRequest,
} from '../../src/index.ts'
import { createHarness, runToEnd, type Harness, type HarnessOptions } from '../support/harness.ts'
import { withFewRules } from '../support/light-models.ts'
import { postgresUrl } from '../support/postgres-url.ts'

type WithoutModel<Request> = Request extends unknown ? Omit<Request, 'model'> : never

export interface PromoteHarness extends Harness {
  /** A model over the images with a unique name, and so unique aliases. */
  model: string
  context: TaskContext
  /** The list of sensitive terms that the next run reads. */
  terms: { text: string }
  submit(request: WithoutModel<TaskRequest>): Promise<TaskRecord>
  /** The same, run to its end. */
  run(request: WithoutModel<TaskRequest>, context?: TaskContext): Promise<TaskRecord>
  /** Builds `<model>-<suffix>` from so many rows, whose titles contain the suffix. */
  build(suffix: string, documents?: number): Promise<TaskRecord>
  /** Points an alias, by default that of the model. */
  point(suffix: string, alias?: string, context?: TaskContext): Promise<TaskRecord>
  /** The indices behind an alias, by default that of the model. */
  targets(alias?: string): Promise<string[]>
  /** Aliases of an index, including those of tasks. */
  aliasesOf(index: string): Promise<string[]>
}

/** The harness with all actions. */
export async function createPromoteHarness(
  options: Partial<Pick<HarnessOptions, 'postgresUrl' | 'openSearchUrl' | 'settings' | 'rights'>> = {},
): Promise<PromoteHarness> {
  const model = `m${crypto.randomUUID().replaceAll('-', '')}`
  const harness = await createHarness({
    postgresUrl: options.postgresUrl ?? postgresUrl(),
    openSearchUrl: options.openSearchUrl ?? inject('openSearchUrl'),
    models: [{ ...withFewRules(image), name: model }],
    actions,
    ...(options.rights && { rights: options.rights }),
    settings: { shards: 1, ...options.settings },
  })
  const { search, sql } = harness
  const terms = { text: 'sensitive' }
  const context = { ...harness.context, readSensitiveTerms: async () => terms.text }
  const submit: PromoteHarness['submit'] = (request) => submitTask(context, { model, ...request })
  const run: PromoteHarness['run'] = async (request, runContext = context) =>
    runToEnd(runContext, (await submit(request)).id)

  return {
    ...harness,
    model,
    context,
    terms,
    submit,
    run,
    async build(suffix, documents = 10) {
      await sql`truncate image`
      await sql`insert into image (id, identifier, title, url, meta_data, tags, removed_from_source)
        select id, gen_random_uuid(), ${`of ${suffix}`}::text || case when id % 2 = 0 then ' sensitive' else '' end,
          'https://example.org/' || id, '{}', '[]', false
        from generate_series(1, ${documents}::int) id`
      return run({ action: 'REINDEX', index_suffix: suffix })
    },
    point: (suffix, alias = model, runContext) =>
      run({ action: 'POINT_ALIAS', index_suffix: suffix, alias }, runContext),
    async targets(alias = model) {
      const { body } = await search.indices.getAlias({ index: `${model}-*`, name: alias }, { ignore: [404] })
      return 'error' in body ? [] : Object.keys(body).sort()
    },
    async aliasesOf(index) {
      const { body } = await search.indices.getAlias({ index })
      return Object.keys(body[index]?.aliases ?? {}).sort()
    },
    async close() {
      await search.indices.delete({ index: `${model}-*` })
      await harness.close()
    },
  }
}
