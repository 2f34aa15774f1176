import { taskPlanSchema, taskSchema } from '@ingestion-server/core/contract'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createPlan } from '@ingestion-server/server/testing/app-harness.ts'
import { startCliHarness, type CliHarness } from '../test/support/cli-harness.ts'
import { Interruption } from './cli-io.ts'

let cli: CliHarness
beforeEach(async () => {
  cli = await startCliHarness({
    plan: async (request) => ({
      ...createPlan(request),
      refusals:
        request.model === 'audio' ? [{ code: 'index_exists', detail: 'index audio-a exists already' }] : [],
    }),
  })
})
afterEach(() => cli.stop())

/** Waits until a command has started a task. */
async function startedTask(): Promise<string> {
  await expect.poll(() => cli.notified[0]).toBeDefined()
  return cli.notified[0] ?? ''
}

describe('an action', () => {
  test('starts a task, prints it, and the command to watch it', async () => {
    const { code, out, err } = await cli.run('reindex image --suffix 20231106')
    expect(code).toBe(0)
    const [id = ''] = cli.notified
    expect(out).toMatch(new RegExp(`^task +${id}\naction +REINDEX image-20231106\nstatus +queued\n`))
    expect(err).toBe(`watch it: ingestion-server task ${id} --wait\n`)
  })

  test('prints the JSON of the HTTP API', async () => {
    const { code, out, err } = await cli.run('reindex image --json')
    expect(code).toBe(0)
    expect(taskSchema.parse(JSON.parse(out))).toMatchObject({ action: 'REINDEX', status: 'queued' })
    expect(out.trim()).not.toContain('\n')
    expect(err).toBe('')
  })

  test.each([
    [
      'reindex image --suffix a --max-failed 5',
      { action: 'REINDEX', model: 'image', index_suffix: 'a', max_failed: 5 },
    ],
    [
      'reindex image --suffix a --verify documents --verify-sample .05',
      { action: 'REINDEX', model: 'image', index_suffix: 'a', verify: 'documents', verify_sample: 0.05 },
    ],
    [
      'filter image --suffix b --from a',
      {
        action: 'CREATE_AND_POPULATE_FILTERED_INDEX',
        model: 'image',
        destination_index_suffix: 'b',
        origin_index_suffix: 'a',
      },
    ],
    [
      'promote audio --suffix a',
      { action: 'POINT_ALIAS', model: 'audio', index_suffix: 'a', alias: 'audio' },
    ],
    [
      'promote audio --suffix a --alias audio-filtered --allow-unfiltered --allow-unverified --allow-shrink',
      {
        action: 'POINT_ALIAS',
        model: 'audio',
        index_suffix: 'a',
        alias: 'audio-filtered',
        allow_unfiltered: true,
        allow_unverified: true,
        allow_shrink: true,
      },
    ],
    ['delete image --suffix a --yes', { action: 'DELETE_INDEX', model: 'image', index_suffix: 'a' }],
  ])('sends the request of %s', async (args, request) => {
    expect((await cli.run(args)).code).toBe(0)
    expect(cli.submitted).toEqual([request])
  })

  test('sends idempotency key, webhook URL and actor', async () => {
    const args =
      'reindex image --suffix a --idempotency-key nightly --callback-url https://example.org/end --actor Zoë'
    await cli.run(args)
    expect(cli.metas).toMatchObject([
      { idempotencyKey: 'nightly', callbackUrl: 'https://example.org/end', requestedBy: 'Zoë' },
    ])
  })

  test('with a used key starts nothing, and is refused for another request', async () => {
    const first = await cli.run('reindex image --suffix a --idempotency-key nightly --json')
    const second = await cli.run('reindex image --suffix a --idempotency-key nightly --json')
    expect(taskSchema.parse(JSON.parse(second.out)).task_id).toBe(
      taskSchema.parse(JSON.parse(first.out)).task_id,
    )
    const other = await cli.run('reindex image --suffix b --idempotency-key nightly')
    expect(other).toMatchObject({ code: 3, out: '' })
    expect(other.err).toContain('idempotency_key_reused')
  })
})

describe('a dry run', () => {
  test('prints the plan, and changes nothing', async () => {
    const { code, out } = await cli.run('reindex image --suffix 20231106 --dry-run')
    expect(code).toBe(0)
    expect(out.split('\n')).toEqual([
      'action     REINDEX image-20231106',
      'rows       about 50,000',
      'documents  about 49,500',
      'size       about 37.0 MB',
      'time       about 5 s',
      'shards     1, replicas: 0',
      'disk       74.0 MB needed, 10.0 GB free',
      'alias now  image → image-20231001',
      '',
    ])
    expect(cli.submitted).toEqual([])
  })

  test('prints precondition failures, and has their exit code', async () => {
    const { code, out, err } = await cli.run('reindex audio --suffix a --dry-run')
    expect(code).toBe(3)
    expect(out).toContain('refused    index_exists: index audio-a exists already\n')
    expect(err).toBe('ingestion-server: the server would reject the request\n')
    const json = await cli.run('delete audio --suffix a --dry-run --json')
    expect(taskPlanSchema.parse(JSON.parse(json.out)).refusals).toHaveLength(1)
    expect(json.code).toBe(3)
  })
})

describe('a wait', () => {
  test('succeeds with the task, and shows its progress until then', async () => {
    const { code, out, err } = cli.start('reindex image --suffix a --wait')
    await expect.poll(err).toBe('  0% queued\n')
    await cli.finish(await startedTask())
    expect(await code).toBe(0)
    expect(out()).toMatch(/^status +succeeded$/m)
    expect(err()).toBe('  0% queued\n100% succeeded\n')
  })

  test('fails with the task, and prints the reason', async () => {
    const { code, out, err } = cli.start('reindex image --wait --json')
    const id = await startedTask()
    await cli.fail(id)
    expect(await code).toBe(1)
    expect(taskSchema.parse(JSON.parse(out()))).toMatchObject({
      status: 'failed',
      error: { code: 'table_not_found' },
    })
    expect(err()).toBe(
      `ingestion-server: task ${id} (REINDEX of image) failed: the database has no table image (table_not_found)\n`,
    )
  })

  test('has its own exit code if the task was cancelled', async () => {
    const { code, out } = cli.start('reindex image --wait')
    await cli.store.cancel(await startedTask(), {})
    expect(await code).toBe(5)
    expect(out()).toMatch(/^status +cancelled$/m)
  })

  test('that times out does not affect the task', async () => {
    const { code, err } = await cli.run('reindex image --timeout 0.1s')
    expect(code).toBe(124)
    expect(err).toContain('it continues (wait_timeout)')
    expect((await cli.store.get(await startedTask()))?.status).toBe('queued')
  })

  test('that is interrupted does not affect the task, and prints the command to cancel it', async () => {
    const { code, err, out, interrupt } = cli.start('reindex image --wait')
    await expect.poll(err).toContain('queued')
    interrupt(new Interruption('SIGINT'))
    expect(await code).toBe(130)
    const id = await startedTask()
    expect(err().split('\n').slice(1)).toEqual([
      `task ${id} continues`,
      `stop it:        ingestion-server cancel ${id}`,
      `watch it again: ingestion-server task ${id} --wait`,
      '',
    ])
    expect(out()).toBe('')
    expect((await cli.store.get(id))?.status).toBe('queued')
  })

  test('continues for a task that was started before', async () => {
    await cli.run('reindex image')
    const id = await startedTask()
    const { code, err } = cli.start(`task ${id} --wait`)
    await expect.poll(err).toContain('queued')
    await cli.finish(id)
    expect(await code).toBe(0)
  })
})

describe('a deletion', () => {
  test('asks the user to type the name', async () => {
    const { code, err } = await cli.run('delete image --suffix a', { tty: true, input: 'image-a\n' })
    expect(code).toBe(0)
    expect(err).toContain('This deletes index image-a permanently. Type image-a to confirm: ')
    expect(cli.submitted).toHaveLength(1)
  })

  test.each(['image-b\n', 'y\n', '\n', ''])('is not requested when %j is typed', async (input) => {
    const { code, err } = await cli.run('delete image --suffix a', { tty: true, input })
    expect(code).toBe(2)
    expect(err).toContain('not confirmed')
    expect(cli.submitted).toEqual([])
  })

  test('is not requested without a terminal, or after an interrupt', async () => {
    const { code, err } = await cli.run('delete image --suffix a')
    expect(code).toBe(2)
    expect(err).toContain('pass --yes to delete it')
    const asked = cli.start('delete image --suffix a', { tty: true })
    await expect.poll(asked.err).toContain('Type image-a')
    asked.interrupt(new Interruption('SIGTERM'))
    expect(await asked.code).toBe(143)
    expect(cli.submitted).toEqual([])
  })
})

describe('errors', () => {
  test('a refusal is printed with its code and the request id', async () => {
    const { code, out, err } = await cli.run('task 018f2b2e-7c1a-7000-8000-00000000ffff')
    expect(code).toBe(3)
    expect(out).toBe('')
    expect(err).toMatch(/^ingestion-server: there is no task \S+ \(task_not_found, request made-\d+\)\n$/)
  })

  test('all violations of a request are printed at once', async () => {
    const { code, err } = await cli.run('promote video --suffix UPPER')
    expect(code).toBe(3)
    expect(err).toContain('/model')
    expect(err).toContain('/index_suffix')
  })

  test('an unavailable server', async () => {
    await cli.stop()
    const { code, err } = await cli.run('tasks')
    expect(code).toBe(4)
    expect(err).toContain('ECONNREFUSED')
    cli = await startCliHarness()
  })

  test('a response that is not from the API', async () => {
    const { code, err } = await cli.run(`tasks --url ${cli.url}/elsewhere/`)
    expect(code).toBe(3)
    expect(err).toContain('not_found')
  })

  test.each([
    'nonsense',
    'reindex',
    'filter image',
    'reindex image --max-failed many',
    'reindex image --verify-sample 2',
    'reindex image --verify-sample 1%',
    'reindex image --nonsense',
    'tasks --status done',
    'tasks --limit 0',
    'task ../token',
    'limits 018f2b2e-7c1a-7000-8000-000000000001',
    'limits 018f2b2e-7c1a-7000-8000-000000000001 --in-flight few',
    'index ..',
    'tokens create me --scopes all',
    '--url localhost tasks',
    'tasks --token ü',
  ])('%s is an invalid command', async (args) => {
    const { code, out, err } = await cli.run(args)
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).not.toBe('')
    expect(cli.submitted).toEqual([])
  })

  test('help explains usage and exit codes', async () => {
    const { code, out } = await cli.run('--help')
    expect(code).toBe(0)
    expect(out).toContain('Exit codes:\n  0    success')
    expect((await cli.run('help promote')).out).toContain('--allow-shrink')
  })
})
