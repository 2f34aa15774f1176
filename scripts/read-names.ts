export type ReadNames = { names: string[] } | { message: string; exitCode: 0 | 2 }

/**
 * The arguments of a script whose only option is --help.
 *
 * @param known the possible names; none for a script that takes no arguments
 * @returns what to print, and the exit code, if the script should end
 */
export function readNames(args: readonly string[], help: string, known: readonly string[] = []): ReadNames {
  if (args.some((argument) => argument === '--help' || argument === '-h'))
    return { message: help, exitCode: 0 }
  const names = args.filter((argument) => argument !== '--')
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length === 0) return { names }
  return { message: `unknown argument: ${unknown.join(', ')}\n\n${help}`, exitCode: 2 }
}

/** Like `readNames`, by default with the process's arguments; prints the message, if any, and ends the process. */
export function readNamesOrExit(
  help: string,
  known?: readonly string[],
  args: readonly string[] = process.argv.slice(2),
): string[] {
  const read = readNames(args, help, known)
  if ('names' in read) return read.names
  if (read.exitCode === 0) console.log(read.message)
  else console.error(read.message)
  process.exit(read.exitCode)
}
