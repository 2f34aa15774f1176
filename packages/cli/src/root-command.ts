import { Command } from '@commander-js/extra-typings'
import manifest from '../package.json' with { type: 'json' }
import type { CliIo } from './cli-io.ts'
import { exitCodeHelp } from './exit-code.ts'
import { defaultUrl } from './session.ts'

const examplesFor = (program: string) => `
Examples:
  ${program} reindex image --suffix 20231106 --wait
  ${program} filter image --suffix 20231106 --wait
  ${program} promote image --suffix 20231106 --alias image-filtered --dry-run
  ${program} tasks --status failed --json | jq -r '.tasks[].task_id'
`

/** Added commands inherit these settings. */
export function createRoot({ program, stdout, stderr }: CliIo) {
  return new Command(program)
    .description('Builds, filters, promotes and deletes search indices, by way of an ingestion server.')
    .version(manifest.version, '-V, --version', 'prints the version')
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
    .addHelpText('after', examplesFor(program) + exitCodeHelp)
}

export type Program = ReturnType<typeof createRoot>
