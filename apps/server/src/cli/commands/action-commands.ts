import type { Command, OptionValues } from '@commander-js/extra-typings'
import { InvalidArgumentError } from '@commander-js/extra-typings'
import type { StartAction, TaskPlan } from '@ingestion-server/sdk'
import { PlanRefusedError, type CliIo } from '../cli-io.ts'
import { confirmName } from '../confirm.ts'
import { describePlan } from '../describe-index.ts'
import { followTask, type FollowOptions } from '../follow-task.ts'
import { parseDuration, parseName, parseShare, parseWholeNumber } from '../option-values.ts'
import type { Program } from '../root-command.ts'
import { createSession, type Session } from '../session.ts'

/** What starts a task. */
export function addActionCommands(program: Program, io: CliIo): void {
  withStartOptions(
    program
      .command('reindex')
      .description('Builds <model>-<suffix> from the database.')
      .argument('<model>', 'such as image')
      .option('--suffix <suffix>', 'of the index to build; otherwise the server makes one up')
      .option('--max-failed <count>', 'documents that may be refused before the task fails', parseWholeNumber)
      .option('--verify <depth>', 'how the index is compared with the table: ids (default) or documents')
      .option(
        '--verify-sample <share>',
        'share of the documents to compare field by field, such as 0.01 (implies --verify documents)',
        parseShare,
      ),
  ).action(async (model, options, command) => {
    const session = createSession(io, command.optsWithGlobals())
    const { suffix: indexSuffix, maxFailed, verifySample } = options
    // What is no depth is the server's to refuse.
    const verify = options.verify as 'ids' | 'documents' | undefined
    const args = { model, indexSuffix, maxFailed, verify, verifySample }
    await startAction(session, session.client.reindex, args, options)
  })

  withStartOptions(
    program
      .command('filter')
      .description('Builds <model>-<suffix>-filtered from <model>-<suffix>, without sensitive documents.')
      .argument('<model>', 'such as image')
      .requiredOption('--suffix <suffix>', 'of the filtered index, without "-filtered"')
      .option('--from <suffix>', 'of the index to filter, where it is another one'),
  ).action(async (model, options, command) => {
    const session = createSession(io, command.optsWithGlobals())
    const args = { model, destinationIndexSuffix: options.suffix, originIndexSuffix: options.from }
    await startAction(session, session.client.createFilteredIndex, args, options)
  })

  withStartOptions(
    program
      .command('promote')
      .description('Points an alias to <model>-<suffix>, which searches see at once.')
      .argument('<model>', 'such as image')
      .requiredOption('--suffix <suffix>', 'of the index')
      .option('--alias <alias>', '<model> or <model>-filtered (default: <model>)')
      .option('--allow-unfiltered', 'let the filtered alias point to an index with all documents')
      .option('--allow-unverified', 'take an index that this server did not verify')
      .option('--allow-shrink', 'take an index that has far fewer documents than the live one')
      .option('--allow-changed', 'take an index that has changed since it was verified'),
  ).action(async (model, options, command) => {
    const session = createSession(io, command.optsWithGlobals())
    const { suffix: indexSuffix, alias = model, allowUnfiltered, allowUnverified } = options
    const { allowShrink, allowChanged } = options
    const args = { model, indexSuffix, alias, allowUnfiltered, allowUnverified, allowShrink, allowChanged }
    await startAction<typeof args>(session, session.client.pointAlias, args, options)
  })

  withStartOptions(
    program
      .command('delete')
      .description('Deletes <model>-<suffix>, after asking to type its name.')
      .argument('<model>', 'such as image')
      .requiredOption('--suffix <suffix>', 'of the index')
      .option('--yes', 'do not ask'),
  ).action(async (model, options, command) => {
    const session = createSession(io, command.optsWithGlobals())
    const name = `${model}-${options.suffix}`
    if (!options.yes && !options.dryRun) await confirmName(io, `This deletes index ${name} for ever.`, name)
    await startAction(session, session.client.deleteIndex, { model, indexSuffix: options.suffix }, options)
  })

  withStartOptions(
    program
      .command('rollback')
      .description('Points an alias back to where it pointed before.')
      .argument('<alias>', 'such as image', parseName),
  ).action(async (alias, options, command) => {
    const session = createSession(io, command.optsWithGlobals())
    await startAction(session, session.client.indices.rollback, alias, options)
  })
}

function withStartOptions<Args extends unknown[], Options extends OptionValues, Global extends OptionValues>(
  command: Command<Args, Options, Global>,
) {
  return command
    .option('--dry-run', 'show what would be done and what stands in the way, and do nothing')
    .option('--wait', 'until the task has ended, with its progress')
    .option('--timeout <time>', 'wait no longer than this, such as 90s, 15m or 2h', parseDuration)
    .option('--idempotency-key <key>', 'a second command with the same key starts nothing', parseKey)
    .option('--callback-url <url>', 'where the server reports the end of the task')
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
