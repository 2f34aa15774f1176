import type { Command, OptionValues } from '@commander-js/extra-typings'
import { InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { toCamelCase, type NewTask, type StartAction, type TaskPlan } from '@ingestion-server/sdk'
import { actionFacts, type ActionFacts, type FieldFacts, type FieldKind } from '@ingestion-server/sdk/actions'
import { PlanRefusedError, type CliIo } from '../cli-io.ts'
import { confirmName } from '../confirm.ts'
import { describePlan } from '../describe-index.ts'
import { followTask, type FollowOptions } from '../follow-task.ts'
import { parseDuration, parseName, parseShare, parseWholeNumber } from '../option-values.ts'
import type { Program } from '../root-command.ts'
import { createSession, type Session } from '../session.ts'

/** The commands that start a task: one for each action, and `rollback`. */
export function addActionCommands(program: Program, io: CliIo): void {
  for (const facts of Object.values(actionFacts)) addActionCommand(program, io, facts)

  withStartOptions(
    program
      .command('rollback')
      .description('Points an alias back to its previous index.')
      .argument('<alias>', 'for example image', parseName),
  ).action(async (alias, options, command) => {
    const session = createSession(io, command.optsWithGlobals())
    await startAction(session, session.client.indices.rollback, alias, options)
  })
}

/** A command with the fields of an action's request as its options. */
function addActionCommand(program: Program, io: CliIo, facts: ActionFacts): void {
  const { name: action, command: name, description, fields, scope } = facts
  const base = program.command(name).description(description).argument('<model>', 'for example image')
  const named = Object.entries(fields).map(([field, of]) => ({ field, kind: of.kind, option: toOption(of) }))
  for (const { option } of named) base.addOption(option)
  const isDestructive = scope === 'delete'
  if (isDestructive) base.option('--yes', 'skip the confirmation')
  withStartOptions(base).action(async (model, options, command) => {
    const session = createSession(io, command.optsWithGlobals())
    const values: Readonly<Record<string, unknown>> = options
    const args = named.map(({ field, kind, option }) => {
      const value = values[option.attributeName()]
      return [toCamelCase(field), value ?? (kind === 'alias' ? model : undefined)]
    })
    if (isDestructive && !values['yes'] && !options.dryRun) {
      const suffix = named.find(({ kind }) => kind === 'suffix')?.option.attributeName()
      const index = suffix === undefined ? model : `${model}-${String(values[suffix])}`
      await confirmName(io, `This deletes index ${index} permanently.`, index)
    }
    // The options are the action's own fields; the server checks their values.
    const request = { action, model, ...Object.fromEntries(args) } as NewTask
    await startAction(session, session.client.tasks.create, request, options)
  })
}

function toOption({ option, help, kind, isRequired = false }: FieldFacts): Option {
  const isFlag = kind === 'flag'
  const added = new Option(isFlag ? `--${option}` : `--${option} <${placeholderOf(kind)}>`, help)
  if (kind === 'count') added.argParser(parseWholeNumber)
  if (kind === 'share') added.argParser(parseShare)
  return added.makeOptionMandatory(isRequired)
}

function placeholderOf(kind: FieldKind): string {
  if (typeof kind !== 'string') return kind.join('|')
  return kind.endsWith('suffix') ? 'suffix' : kind
}

function withStartOptions<Args extends unknown[], Options extends OptionValues, Global extends OptionValues>(
  command: Command<Args, Options, Global>,
) {
  return command
    .option('--dry-run', 'show the plan and its blockers without creating a task')
    .option('--wait', 'wait until the task has ended and show its progress')
    .option('--timeout <time>', 'maximum time to wait, such as 90s, 15m or 2h', parseDuration)
    .option(
      '--idempotency-key <key>',
      'a repeated command with the same key creates no second task',
      parseKey,
    )
    .option('--callback-url <url>', 'URL that the server notifies when the task has ended')
}

interface StartOptions extends FollowOptions {
  dryRun?: true | undefined
  idempotencyKey?: string | undefined
  callbackUrl?: string | undefined
}

async function startAction<Args>(
  session: Session,
  start: StartAction<Args>,
  args: Args,
  options: StartOptions,
): Promise<void> {
  const { callbackUrl, idempotencyKey } = options
  const { signal } = session.io
  if (options.dryRun) {
    const plan = await start(args, { dryRun: true, callbackUrl, signal })
    printPlan(session, plan)
    if (plan.refusals.length > 0) throw new PlanRefusedError()
    return
  }
  await followTask(session, await start(args, { idempotencyKey, callbackUrl, signal }), options)
}

function printPlan({ output }: Session, plan: TaskPlan): void {
  if (output.json) output.document(plan)
  else output.table(describePlan(plan))
}

function parseKey(text: string): string {
  if (!/^[!-~]([ -~]*[!-~])?$/.test(text))
    throw new InvalidArgumentError('It must be visible ASCII characters.')
  return text
}
