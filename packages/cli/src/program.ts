import { UsageError, type CliIo } from './cli-io.ts'
import { addActionCommands } from './commands/action-commands.ts'
import { addIndexCommands } from './commands/index-commands.ts'
import { addTaskCommands } from './commands/task-commands.ts'
import { addTokenCommands } from './commands/token-commands.ts'
import { createRoot, type Program } from './root-command.ts'

/** A command that is not run from here, such as `start` of the package that contains server and command line. */
export interface OtherCommand {
  name: string
  description: string
}

/** The whole command line. No command runs before it is parsed. */
export function createProgram(io: CliIo, moreCommands: readonly OtherCommand[] = []): Program {
  const program = createRoot(io)
  for (const { name, description } of moreCommands) {
    program
      .command(name)
      .description(description)
      .helpOption(false)
      .allowUnknownOption()
      .allowExcessArguments()
      .action(() => {
        throw new UsageError(`pass ${name} as the first argument: ${io.program} ${name} --help`)
      })
  }
  addActionCommands(program, io)
  addTaskCommands(program, io)
  addIndexCommands(program, io)
  addTokenCommands(program, io)
  return program
}
