import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { isWriteAlias } from '../../src/search/index.ts'
import { afterPhase, runReindex } from '../support/after-phase.ts'
import { createHarness, expectIndexToEqualDatabase, type Harness } from '../support/harness.ts'
import { loadImages } from '../support/sample-data.ts'
import { postgresUrl } from '../support/postgres-url.ts'
import { until } from '../support/until.ts'

let harness: Harness
beforeEach(async () => {
  harness = await createHarness({
    postgresUrl: postgresUrl(),
    openSearchUrl: inject('openSearchUrl'),
  })
  await loadImages(harness, 300)
  await harness.sql`update image set removed_from_source = false`
})
afterEach(() => harness.close())

/** More requests than OpenSearch processes at once, so that some are in its queue. */
const requests = 12
const documentsPerRequest = 2_000

test('a late bulk request of a lost worker does not overwrite the catch-up, even from a queue', async () => {
  const { sql, search, suffix } = harness
  const index = `image-${suffix}`
  const late: Promise<unknown>[] = []
  const task = await runReindex(
    harness,
    afterPhase('loading', async () => {
      const [row] = await sql<{ id: number }[]>`
        update image set title = 'as of the catch-up' where id = (select min(id) from image) returning id`
      const { body } = await search.indices.getAlias({ index })
      const [alias = ''] = Object.keys(body[index]?.aliases ?? {}).filter(isWriteAlias)
      const line = { index: { _id: String(row?.id) } }
      const document = { id: row?.id, title: 'as of the load', mature: false }
      const operations = Array.from({ length: documentsPerRequest }, () => [line, document]).flat()
      let unanswered = 0
      const send = () => {
        unanswered++
        const request = search.bulk({ index: alias, require_alias: true, body: operations })
        late.push(request.finally(() => unanswered--))
      }
      // All of them have resolved the alias.
      const countAccepted = async () => {
        const { body } = await search.tasks.list({
          actions: ['indices:data/write/bulk'],
          detailed: true,
          group_by: 'none',
        })
        return JSON.stringify(body).split(`indices[${alias}]`).length - 1
      }
      await until('bulk requests that OpenSearch has accepted', async () => {
        while (unanswered < requests) send()
        return (await countAccepted()) >= requests / 2
      })
    }),
  )
  expect(task).toMatchObject({ status: 'succeeded', error: null })
  await Promise.allSettled(late)
  await search.indices.refresh({ index })
  await expectIndexToEqualDatabase(harness, 'image', index)
})
