import { actionNames } from '@ingestion-server/core/actions'
import { TaskCancelledError, type TaskFilter, type TaskHandle } from '@ingestion-server/sdk'
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

const statuses = ['queued', 'running', 'succeeded', 'failed', 'cancelled'] as const

/** The commands that show and change existing tasks. */
export function addTaskCommands(program: Program, io: CliIo): void {
  addListCommand(program, io)
  addLookCommands(program, io)
  addChangeCommands(program, io)
}

function addListCommand(program: Program, io: CliIo): void {
  program
    .command('tasks')
    .description('Lists tasks, newest first.')
    .option('--model <model>')
    .addOption(new Option('--action <action>').choices(actionNames))
    .addOption(new Option('--status <status>').choices(statuses))
    .option('--index <name>')
    .option('--requested-by <name>')
    .option('--limit <count>', 'at most this many', parseWholeNumber, 20)
    .option('--watch', 'go on, and show what changes')
    .action(async ({ limit, watch, ...filter }, command) => {
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

function addLookCommands(program: Program, io: CliIo): void {
  program
    .command('task')
    .description('Shows a task.')
    .argument('<id>', 'of the task', parseId)
    .option('--wait', 'until it has ended, with its progress')
    .option('--timeout <time>', 'wait no longer than this, such as 90s, 15m or 2h', parseDuration)
    .action(async (id, options, command) => {
      const session = createSession(io, command.optsWithGlobals())
      await followTask(session, await handleOf(session, id), options)
    })

  program
    .command('events')
    .description('Shows what happened to a task.')
    .argument('<id>', 'of the task', parseId)
    .option('--follow', 'go on until it has ended')
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
    .description('Shows which documents of a task were refused, and why.')
    .argument('<id>', 'of the task', parseId)
    .option('--resolved', 'also those that a later write made good')
    .option('--full', 'with --json: all of each document, not its beginning')
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
    .description('Ends a task, and removes what it has built.')
    .argument('<id>', 'of the task', parseId)
    .option('--keep-index', 'leave what it has built')
    .option('--wait', 'until it is cancelled')
    .option('--timeout <time>', 'wait no longer than this, such as 90s, 15m or 2h', parseDuration)
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
    ['retry', 'Makes a failed task go on from its checkpoints, or a cancelled one start over.'],
    ['redrive', 'Reads the rows of failed documents again, and writes what has become of them.'],
  ] as const) {
    program
      .command(name)
      .description(description)
      .argument('<id>', 'of the task', parseId)
      .option('--wait', 'until it has ended, with its progress')
      .option('--timeout <time>', 'wait no longer than this, such as 90s, 15m or 2h', parseDuration)
      .action(async (id, options, command) => {
        const session = createSession(io, command.optsWithGlobals())
        const handle = await handleOf(session, id)
        await handle[name]({ signal: io.signal })
        await followTask(session, handle, options)
      })
  }

  program
    .command('limits')
    .description('Makes a task slower or faster while it is at work.')
    .argument('<id>', 'of the task', parseId)
    .option('--documents-per-second <count>', 'at most; none lifts it', parseLimit)
    .option('--in-flight <count>', 'bulk requests at the same time, at most; none lifts it', parseLimit)
    .action(async (id, options, command) => {
      const session = createSession(io, command.optsWithGlobals())
      const documentsPerSecond = toLimit(options.documentsPerSecond)
      const inFlight = toLimit(options.inFlight)
      if (documentsPerSecond === undefined && inFlight === undefined)
        throw new UsageError('say --documents-per-second, --in-flight or both')
      const handle = await handleOf(session, id)
      printTask(session, await handle.setLimits({ documentsPerSecond, inFlight }, { signal: io.signal }))
    })
}

async function handleOf({ client, io }: Session, id: string): Promise<TaskHandle> {
  return await client.tasks.handle(id, { signal: io.signal })
}
