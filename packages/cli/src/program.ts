import type { CliIo } from './cli-io.ts'
import { addActionCommands } from './commands/action-commands.ts'
import { addIndexCommands } from './commands/index-commands.ts'
import { addTaskCommands } from './commands/task-commands.ts'
import { addTokenCommands } from './commands/token-commands.ts'
import { createRoot, type Program } from './root-command.ts'

/** The whole command line. No command runs before it is parsed. */
export function createProgram(io: CliIo): Program {
  const program = createRoot(io)
  addActionCommands(program, io)
  addTaskCommands(program, io)
  addIndexCommands(program, io)
  addTokenCommands(program, io)
  return program
}
