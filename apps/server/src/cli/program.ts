import { Command } from '@commander-js/extra-typings'
import type { CliIo } from './cli-io.ts'
import { addActionCommands } from './commands/action-commands.ts'
import { addIndexCommands } from './commands/index-commands.ts'
import { addTaskCommands } from './commands/task-commands.ts'
import { addTokenCommands } from './commands/token-commands.ts'
import { exitCodeHelp } from './exit-code.ts'
import { defaultUrl } from './session.ts'

const examples = `
Examples:
  ingestion-server reindex image --suffix 20231106 --wait
  ingestion-server filter image --suffix 20231106 --wait
  ingestion-server promote image --suffix 20231106 --alias image-filtered --dry-run
  ingestion-server tasks --status failed --json | jq -r '.tasks[].task_id'
`

/** The whole command line. Nothing is done before it is parsed. */
export function createProgram(io: CliIo): Program {
  const program = createRoot(io)
  addActionCommands(program, io)
  addTaskCommands(program, io)
  addIndexCommands(program, io)
  addTokenCommands(program, io)
  return program
}

/** Commands that are added take on what is set here. */
function createRoot({ stdout, stderr }: CliIo) {
  return new Command('ingestion-server')
    .description('Builds, filters, promotes and deletes search indices, by way of an ingestion server.')
    .option('--url <url>', `where the server is (INGESTION_URL, otherwise ${defaultUrl})`)
    .option(
      '--token <token>',
      'token of the server; better in INGESTION_TOKEN, where no list of processes shows it',
    )
    .option('--actor <name>', 'on whose behalf, for tokens that may do that')
    .option('--json', 'results as JSON with the names of the HTTP interface; NDJSON where there are many')
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
    })
    .exitOverride()
    .showHelpAfterError('See it with --help.')
    .addHelpText('after', examples + exitCodeHelp)
}

export type Program = ReturnType<typeof createRoot>
