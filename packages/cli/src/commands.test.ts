import {
  indexListSchema,
  taskEventSchema,
  taskSchema,
  tokenListSchema,
  type Index,
} from '@ingestion-server/core/contract'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { noIndices } from '@ingestion-server/server/testing/app-harness.ts'
import { startCliHarness, type CliHarness } from '../test/support/cli-harness.ts'
import { Interruption } from './cli-io.ts'

const index: Index = {
  name: 'image-20231106',
  uuid: 'Xy_3kQ',
  model: 'image',
  suffix: '20231106',
  filtered: false,
  aliases: ['image'],
  state: 'open',
  documents: 2_899,
  documents_from: 'index',
  bytes: 4_200_000,
  health: 'green',
  created_at: '2026-11-24T04:00:00.000Z',
  task_id: null,
  verified: true,
  verified_at: '2026-11-24T04:00:05.000Z',
  as_of: '2026-11-24T04:00:04.000Z',
  filtered_from: null,
  terms_hash: null,
  reserved_by: null,
}
const models = [
  {
    model: 'image',
    freshness_target_seconds: 86_400,
    aliases: [
      {
        alias: 'image',
        indices: ['image-20231106'],
        previous: 'image-20231005',
        moved_at: '2026-11-24T04:06:00.000Z',
        task_id: '018f2b2e-7c1a-7000-8000-000000000001',
      },
      { alias: 'image-filtered', indices: [], previous: null, moved_at: null, task_id: null },
    ],
    indices: [index],
  },
  { model: 'audio', freshness_target_seconds: null, aliases: [], indices: [] },
]

let cli: CliHarness
beforeEach(async () => {
  cli = await startCliHarness({
    indices: {
      ...noIndices,
      list: async () => ({ models }),
      describe: async () => index,
      document: async (_, id) => ({
        ...{ id, in_index: false, source: null, row: 'deleted', explanation: 'dropped' },
        ...{ detail: `Row ${id} is listed as deleted.`, failed_document: null },
      }),
      stat: async (name) =>
        name === 'image'
          ? { exists: true, is_alias: true, alt_names: ['image-20231106'] }
          : { exists: false, is_alias: null, alt_names: null },
      rollbackRequest: async (alias) => ({
        model: 'image',
        action: 'POINT_ALIAS',
        index_suffix: '20231005',
        alias,
      }),
    },
  })
})
afterEach(() => cli.stop())

/** Starts a task and returns its id. */
async function createTask(args = 'reindex image'): Promise<string> {
  return taskSchema.parse(JSON.parse((await cli.run(`${args} --json`)).out)).task_id
}

describe('tasks', () => {
  test('are listed newest first, up to --limit', async () => {
    const ids = [await createTask(), await createTask('reindex audio'), await createTask()]
    const { code, out } = await cli.run('tasks --limit 2')
    expect(code).toBe(0)
    const [header = '', ...lines] = out.trimEnd().split('\n')
    expect(header).toMatch(/^TASK +ACTION +INDEX +STATUS +ROWS +RATE +CREATED +REQUESTED BY$/)
    expect(lines.map((line) => line.split(' ')[0])).toEqual([ids[2], ids[1]])
  })

  test('are searched and sorted', async () => {
    await createTask('reindex audio --suffix a')
    const id = await createTask('reindex image --suffix b')
    const find = async (options: string) =>
      (
        JSON.parse((await cli.run(`tasks --json ${options}`)).out) as { tasks: { index: string }[] }
      ).tasks.map(({ index }) => index)
    expect(await find('--search IMAGE-B --created-before 2999-01-01T00:00:00Z')).toEqual(['image-b'])
    expect(await find(`--model audio image --status queued failed --sort oldest`)).toEqual([
      'audio-a',
      'image-b',
    ])
    expect(await find(`--search ${id.slice(0, 30)} --error-code nope`)).toEqual([])
  })

  test('are filtered by the options', async () => {
    const id = await createTask('reindex audio --suffix a')
    await createTask('reindex audio --suffix b')
    await cli.fail(id)
    const { out } = await cli.run(
      'tasks --model audio --action REINDEX --status failed --index audio-a --json',
    )
    const { tasks } = JSON.parse(out) as { tasks: unknown[] }
    expect(tasks.map((task) => taskSchema.parse(task).task_id)).toEqual([id])
  })

  test('that change are printed with --watch, until an interrupt', async () => {
    const id = await createTask()
    const { code, out, interrupt } = cli.start('tasks --watch')
    await expect.poll(out).toContain('queued')
    await cli.fail(id)
    await expect.poll(out).toContain('failed')
    interrupt(new Interruption('SIGINT'))
    expect(await code).toBe(130)
    expect(out().trimEnd().split('\n')).toHaveLength(3)
  })

  test('that change are printed as NDJSON with --watch --json, until an interrupt', async () => {
    const id = await createTask()
    const { code, out, interrupt } = cli.start('tasks --watch --json')
    await expect.poll(out).toContain('"status":"queued"')
    await cli.fail(id)
    await expect.poll(out).toContain('"status":"failed"')
    interrupt(new Interruption('SIGINT'))
    expect(await code).toBe(130)
    expect(out().trimEnd().split('\n')).toHaveLength(2)
  })

  test('are redrawn at a terminal with --watch', async () => {
    const id = await createTask()
    const { code, out, interrupt } = cli.start('tasks --watch', { tty: true })
    await expect.poll(out).toContain('queued')
    const drawn = out().length
    await cli.fail(id)
    await expect.poll(out).toContain('failed')
    // The header is not redrawn; the cursor moves up to the changed line.
    expect(out().slice(drawn)).toContain('\u001B[')
    expect(out().slice(drawn)).not.toContain('queued')
    interrupt(new Interruption('SIGINT'))
    expect(await code).toBe(130)
  })

  test('have a history', async () => {
    const id = await createTask()
    await cli.fail(id)
    const { out } = await cli.run(`events ${id} --json`)
    const events = out
      .trimEnd()
      .split('\n')
      .map((line) => taskEventSchema.parse(JSON.parse(line)))
    expect(events.at(0)?.type).toBe('created')
    expect(events.at(-1)).toMatchObject({ type: 'failed' })
    const text = await cli.run(`events ${id}`)
    expect(text.code).toBe(0)
    expect(text.out).toMatch(/^\d+ +\S+ \S+ +created/m)
  })

  test('can be followed to their end', async () => {
    const id = await createTask()
    const { code, out } = cli.start(`events ${id} --follow`)
    await expect.poll(out).toContain('created')
    await cli.finish(id)
    expect(await code).toBe(0)
    expect(out()).toContain('succeeded')
  })

  test('are cancelled, with exit code 0 after a wait', async () => {
    const id = await createTask()
    const { code, out } = await cli.run(`cancel ${id} --keep-index --wait --json`)
    expect(code).toBe(0)
    expect(taskSchema.parse(JSON.parse(out))).toMatchObject({ status: 'cancelled' })
    expect((await cli.run(`cancel ${id}`)).code).toBe(3)
  })

  test.each(['retry', 'redrive'])('that failed continue: %s', async (command) => {
    const id = await createTask()
    await cli.fail(id)
    const { code, out } = await cli.run(`${command} ${id} --json`)
    expect(code).toBe(0)
    expect(taskSchema.parse(JSON.parse(out))).toMatchObject({ task_id: id, status: 'queued', attempt: 2 })
  })

  test('get and lose a limit', async () => {
    const id = await createTask()
    expect((await cli.run(`limits ${id} --documents-per-second 2000 --in-flight 2`)).out).toMatch(
      /^limits +2,000 documents\/s, 2 in flight$/m,
    )
    expect((await cli.run(`limits ${id} --documents-per-second none`)).out).toMatch(/^limits +2 in flight$/m)
  })

  test('list the refused documents', async () => {
    const id = await createTask()
    await failDocument(id)
    const { code, out } = await cli.run(`failed ${id}`)
    expect(code).toBe(0)
    expect(out.split('\n')[1]).toMatch(/^7 +400 +mapper_parsing_exception$/)
    expect(JSON.parse((await cli.run(`failed ${id} --json`)).out)).toMatchObject({ id: '7', body: '{}' })
  })
})

async function failDocument(taskId: string): Promise<void> {
  const planning = await cli.store.claim(taskId, 'test', 60_000)
  if (planning.kind !== 'advance') throw new Error('expected to plan')
  await cli.store.advance(planning.lease, { kind: 'phase', phase: 'loading', items: [{ payload: null }] })
  const loading = await cli.store.claim(taskId, 'test', 60_000)
  if (loading.kind !== 'item') throw new Error('expected an item')
  const failed = [{ id: '7', status: 400, reason: 'mapper_parsing_exception', body: '{}' }]
  await cli.store.saveProgress(loading.lease, { checkpoint: null, failed })
}

describe('indices', () => {
  test('are listed with their aliases', async () => {
    const { code, out } = await cli.run('indices')
    expect(code).toBe(0)
    expect(out.split('\n')).toEqual([
      'image → image-20231106 (rollback: image-20231005)',
      'image-filtered → nothing',
      'INDEX           ALIASES  DOCUMENTS  SIZE    HEALTH  VERIFIED  AS OF                 IN USE BY',
      'image-20231106  image        2,899  4.2 MB  green   yes       2026-11-24 04:00:04Z',
      '',
    ])
  })

  test('are listed for one model, as JSON', async () => {
    const { out } = await cli.run('indices audio --json')
    expect(indexListSchema.parse(JSON.parse(out)).models.map(({ model }) => model)).toEqual(['audio'])
  })

  test('are shown one by one', async () => {
    const { code, out } = await cli.run('index image-20231106')
    expect(code).toBe(0)
    expect(out).toMatch(/^documents +2,899$/m)
    expect(out).not.toContain('filtered')
    expect(JSON.parse((await cli.run('index image-20231106 --json')).out)).toEqual(index)
  })

  test('are found by name', async () => {
    const { out } = await cli.run('document image-20231106 4711')
    expect(out).toMatch(/^reason +dropped: Row 4711 is listed as deleted\.$/m)
    expect(JSON.parse((await cli.run('document image-20231106 4711 --json')).out)).toMatchObject({
      in_index: false,
    })
    expect((await cli.run('stat image')).out).toBe('image is an alias of image-20231106\n')
    expect(await cli.run('stat image-old')).toMatchObject({ code: 0, out: 'image-old does not exist\n' })
    expect(JSON.parse((await cli.run('stat image --json')).out)).toMatchObject({ is_alias: true })
  })

  test('are rolled back by alias', async () => {
    expect((await cli.run('rollback image-filtered')).code).toBe(0)
    expect(cli.submitted).toMatchObject([
      { action: 'POINT_ALIAS', alias: 'image-filtered', index_suffix: '20231005' },
    ])
  })
})

test('tokens are created, listed and revoked, and required once one exists', async () => {
  expect((await cli.run('tokens create Zoë --scopes admin --expires 90d')).code).not.toBe(0)
  const first = await cli.run('tokens create ops --scopes admin')
  expect(first.code).toBe(0)
  const admin = { INGESTION_TOKEN: first.out.trim() }
  const made = await cli.run('tokens create Zoë --scopes admin,read --expires 90d', { env: admin })
  expect(made.code).toBe(0)
  const secret = made.out.trim()
  expect(made.err).toContain('not shown again')

  expect((await cli.run('tasks')).code).toBe(3)
  const env = { INGESTION_TOKEN: secret }
  expect((await cli.run('tasks', { env })).code).toBe(0)
  expect((await cli.run(`tasks --token ${secret}`)).code).toBe(0)

  const list = await cli.run('tokens list --json', { env })
  const [token] = tokenListSchema.parse(JSON.parse(list.out)).tokens
  expect(token).toMatchObject({ name: 'Zoë', scopes: ['admin', 'read'] })
  expect(list.out).not.toContain(secret)
  expect((await cli.run('tokens list', { env })).out).toMatch(/^ID +NAME +PREFIX +SCOPES/)

  const revoked = await cli.run(`tokens revoke ${token?.id}`, { env })
  expect(revoked).toMatchObject({ code: 0, out: `token ${token?.id} (Zoë) is revoked\n` })
  expect((await cli.run('tasks', { env })).code).toBe(3)
  expect((await cli.run('tasks', { env: admin })).code).toBe(0)
})
