import { PassThrough } from 'node:stream'
import { exitCodeHelp } from '../../packages/cli/src/exit-code.ts'
import { createProgram } from '../../packages/cli/src/program.ts'

/** The output of `--help` of the command line and of each command. */
export function describeCommandLine(): Record<string, string> {
  const io = {
    program: 'ingestion-server',
    env: {},
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    signal: new AbortController().signal,
  }
  const program = createProgram(io)
  const commands: string[] = []
  const add = (command: HelpedCommand, path: readonly string[]) => {
    if (command.name() === 'help') return
    command.configureOutput(atFixedWidth)
    commands.push(`### ${path.join(' ')}`, toBlock(command.helpInformation()))
    for (const child of command.commands) add(child, [...path, child.name()])
  }
  program.configureOutput(atFixedWidth)
  for (const command of program.commands) add(command, [command.name()])
  return {
    options: toBlock(program.helpInformation()),
    'exit codes': toBlock(exitCodeHelp.replace(/^\s*Exit codes:\n/, '').replace(/^ {2}/gm, '')),
    commands: commands.join('\n\n'),
  }
}

/** As at a terminal of this width, wherever this runs. */
const atFixedWidth = { getOutHelpWidth: () => 100 }

interface HelpedCommand {
  name(): string
  configureOutput(options: typeof atFixedWidth): unknown
  helpInformation(): string
  readonly commands: readonly HelpedCommand[]
}

function toBlock(text: string): string {
  return `\`\`\`text\n${text.trim()}\n\`\`\``
}
