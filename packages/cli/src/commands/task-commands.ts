import { TaskCancelledError, type TaskFilter, type TaskHandle } from '@ingestion-server/sdk'
import { actionNames } from '@ingestion-server/sdk/actions'
import { Option } from '@commander-js/extra-typings'
import { UsageError, type CliIo } from '../cli-io.ts'
import {
  describeEvent,
  describeFailedDocument,
  eventListHeader,
  failedDocumentHeader,
  listTask,
  taskListHeader,
} from '../describe-task.ts'
import { followTask, printTask } from '../follow-task.ts'
import { parseDuration, parseId, parseLimit, parseWholeNumber, toLimit } from '../option-values.ts'
import type { Program } from '../root-command.ts'
import { createSession, type Session } from '../session.ts'
import { watchTasks } from '../watch-tasks.ts'

const sorts = ['newest', 'oldest', 'longest', 'recently_finished'] as const
const statuses = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const

/** The commands that show and change existing tasks. */
export function addTaskCommands(program: Program, io: CliIo): void {
  addListCommand(program, io)
  addShowCommands(program, io)
  addChangeCommands(program, io)
}

function addListCommand(program: Program, io: CliIo): void {
  program
    .command('tasks')
    .description('Lists tasks, newest first.')
    .option('--search <text>', 'part of the index, the error code or the requester, or the start of an id')
    .option('--model <models...>')
    .addOption(new Option('--action <actions...>').choices(actionNames))
    .addOption(new Option('--status <statuses...>').choices(statuses))
    .option('--error-code <codes...>')
    .option('--index <name>')
    .option('--requested-by <name>')
    .option('--created-after <time>', 'at this time or later, such as 2026-11-28T00:00:00Z')
    .option('--created-before <time>', 'before this time')
    .option('--finished-after <time>', 'at this time or later')
    .option('--finished-before <time>', 'before this time')
    .addOption(new Option('--sort <order>').choices(sorts))
    .option('--limit <count>', 'maximum number of tasks', parseWholeNumber, 20)
    .option('--watch', 'keep running and show changes')
    .action(async ({ limit, watch, search: q, ...others }, command) => {
      const filter = { ...others, q }
      const session = createSession(io, command.optsWithGlobals())
      if (limit < 1) throw new UsageError('--limit must be at least 1')
      if (watch) await watchTasks(session, filter, limit)
      else await listTasks(session, filter, limit)
    })
}

async function listTasks({ client, output, io }: Session, filter: TaskFilter, limit: number): Promise<void> {
  const tasks = []
  for await (const task of client.tasks.iterate(
    { ...filter, pageSize: Math.min(limit, 500) },
    { signal: io.signal },
  )) {
    tasks.push(task)
    if (tasks.length === limit) break
  }
  if (output.json) output.document({ tasks })
  else output.table([taskListHeader, ...tasks.map(listTask)])
}

function addShowCommands(program: Program, io: CliIo): void {
  program
    .command('task')
    .description('Shows a task.')
    .argument('<id>', 'ID of the task', parseId)
    .option('--wait', 'wait until it has ended and show its progress')
    .option('--timeout <time>', 'maximum time to wait, such as 90s, 15m or 2h', parseDuration)
    .action(async (id, options, command) => {
      const session = createSession(io, command.optsWithGlobals())
      await followTask(session, await handleOf(session, id), options)
    })

  program
    .command('events')
    .description('Shows the events of a task.')
    .argument('<id>', 'ID of the task', parseId)
    .option('--follow', 'keep running until the task has ended')
    .action(async (id, { follow }, command) => {
      const session = createSession(io, command.optsWithGlobals())
      const { output } = session
      const handle = await handleOf(session, id)
      if (!output.json) output.table([eventListHeader])
      for await (const update of handle.events({ signal: io.signal, follow: follow === true })) {
        if (update.type === 'progress') continue
        if (output.json) output.document(update)
        else output.table([describeEvent(update)])
      }
    })

  program
    .command('failed')
    .description('Shows the failed documents of a task, with the reasons.')
    .argument('<id>', 'ID of the task', parseId)
    .option('--resolved', 'include those that a later write has resolved')
    .option('--full', 'with --json: whole documents instead of their beginnings')
    .action(async (id, { resolved, full }, command) => {
      const session = createSession(io, command.optsWithGlobals())
      const { output } = session
      const handle = await handleOf(session, id)
      if (!output.json) output.table([failedDocumentHeader])
      for await (const document of handle.failedDocuments({
        resolved,
        body: full ? 'full' : undefined,
        signal: io.signal,
      })) {
        if (output.json) output.document(document)
        else output.table([describeFailedDocument(document)])
      }
    })
}

function addChangeCommands(program: Program, io: CliIo): void {
  program
    .command('cancel')
    .description('Cancels a task and deletes the index that it was building.')
    .argument('<id>', 'ID of the task', parseId)
    .option('--keep-index', 'keep the index that it was building')
    .option('--wait', 'wait until it is cancelled')
    .option('--timeout <time>', 'maximum time to wait, such as 90s, 15m or 2h', parseDuration)
    .action(async (id, options, command) => {
      const session = createSession(io, command.optsWithGlobals())
      const handle = await handleOf(session, id)
      await handle.cancel({ keepIndex: options.keepIndex, signal: io.signal })
      try {
        await followTask(session, handle, options)
      } catch (error) {
        // A cancelled task is the requested result.
        if (!(error instanceof TaskCancelledError)) throw error
      }
    })

  for (const [name, description] of [
    ['retry', 'Continues a failed task from its checkpoints, or restarts a cancelled one.'],
    ['redrive', 'Reads the rows of failed documents again and writes their documents.'],
  ] as const) {
    program
      .command(name)
      .description(description)
      .argument('<id>', 'ID of the task', parseId)
      .option('--wait', 'wait until it has ended and show its progress')
      .option('--timeout <time>', 'maximum time to wait, such as 90s, 15m or 2h', parseDuration)
      .action(async (id, options, command) => {
        const session = createSession(io, command.optsWithGlobals())
        const handle = await handleOf(session, id)
        await handle[name]({ signal: io.signal })
        await followTask(session, handle, options)
      })
  }

  program
    .command('limits')
    .description('Changes the limits of a task while it runs.')
    .argument('<id>', 'ID of the task', parseId)
    .option(
      '--documents-per-second <count>',
      'maximum documents per second; none removes the limit',
      parseLimit,
    )
    .option('--in-flight <count>', 'maximum concurrent bulk requests; none removes the limit', parseLimit)
    .action(async (id, options, command) => {
      const session = createSession(io, command.optsWithGlobals())
      const documentsPerSecond = toLimit(options.documentsPerSecond)
      const inFlight = toLimit(options.inFlight)
      if (documentsPerSecond === undefined && inFlight === undefined)
        throw new UsageError('pass --documents-per-second, --in-flight or both')
      const handle = await handleOf(session, id)
      printTask(session, await handle.setLimits({ documentsPerSecond, inFlight }, { signal: io.signal }))
    })
}

async function handleOf({ client, io }: Session, id: string): Promise<TaskHandle> {
  return await client.tasks.handle(id, { signal: io.signal })
}
