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
    .description('Builds, filters, promotes and deletes search indices, through an ingestion server.')
    .version(manifest.version, '-V, --version', 'print the version')
    .option('--url <url>', `URL of the server (default: INGESTION_URL, otherwise ${defaultUrl})`)
    .option('--token <token>', 'API token; safer in INGESTION_TOKEN, because the process list shows options')
    .option('--actor <name>', 'act on behalf of this name, if the token permits it')
    .option('--json', 'print JSON with the names of the HTTP API, and NDJSON for lists')
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
    })
    .exitOverride()
    .showHelpAfterError('See --help for the usage.')
    .addHelpText('after', examplesFor(program) + exitCodeHelp)
}

export type Program = ReturnType<typeof createRoot>
