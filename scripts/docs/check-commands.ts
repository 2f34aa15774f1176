import { PassThrough } from 'node:stream'
import { parseArgs } from 'node:util'
import { roles } from '../../apps/server/src/composition/config.ts'
import { serverOptions } from '../../apps/server/src/server-options.ts'
import { createProgram } from '../../packages/cli/src/program.ts'

/** How docs call the product's program, in front of its arguments. */
const callers = [
  /^npm run -s cli --\s/,
  /^npx ingestion-server\s/,
  /^ingestion-server\s/,
  /^node \S*ingestion-server\/dist\/main\.js\s/,
  /^node cli\.mjs\s/,
  /^docker run .*\bingestion-server cli\s/,
]

/** Lines of a block of shell, each a single command: continued lines are joined, comments and pipes removed. */
export function splitCommands(code: string): string[] {
  return code
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .flatMap((line) => line.replace(/\s#\s.*$/, '').split(/\s(?:&&|\|\|?)\s/))
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
}

/** Commands within the text of a page, such as `npx ingestion-server migrate`. */
export function listInlineCommands(text: string): string[] {
  const prose = text.replaceAll(/^ *```.*?^ *```$/gms, '')
  return Array.from(prose.matchAll(/`([^`\n]+)`/g), ([, code = '']) => code).filter((code) =>
    callers.some((caller) => caller.test(code)),
  )
}

/**
 * Parses a command by the definition of the program that it calls, and runs nothing.
 *
 * @param scripts names of the scripts of the repository's package.json
 * @returns what is wrong, or null: also for a command of another program
 */
export async function findFault(command: string, scripts: readonly string[]): Promise<string | null> {
  const script = /^npm (?:run (?:-s )?)?([\w-]+)/.exec(command)?.[1]
  if (script !== undefined && /^npm (run|test|start)\b/.test(command) && !scripts.includes(script))
    return `package.json has no script ${script}`
  const caller = callers.find((pattern) => pattern.test(command))
  if (caller === undefined) return null
  const [first = '', ...args] = splitWords(command.replace(caller, ''))
  // A placeholder for any command.
  if (/^[A-Z]+$/.test(first)) return null
  return first === 'start' || first === 'migrate'
    ? findStartFault(first, args)
    : findCommandFault([first, ...args])
}

/** Words of a shell, with quotes and without what is redirected. */
function splitWords(text: string): string[] {
  return Array.from(text.replace(/\s\d?>.*$/, '').matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g), ([word]) =>
    word.replaceAll(/'([^']*)'|"([^"]*)"/g, '$1$2'),
  )
}

function findStartFault(name: 'start' | 'migrate', args: string[]): string | null {
  const { help, ...others } = serverOptions
  try {
    const { values } = parseArgs({
      args,
      options: name === 'migrate' ? { help } : { help, ...others, demo: { type: 'boolean' } },
    })
    const { role } = values as { role?: string }
    return role === undefined || roles.some((known) => known === role) ? null : `there is no role ${role}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function findCommandFault(args: string[]): Promise<string | null> {
  const stderr = new PassThrough()
  const program = createProgram({
    program: 'ingestion-server',
    env: {},
    stdin: new PassThrough(),
    stdout: new PassThrough(),
    stderr,
    signal: new AbortController().signal,
  })
  runNothing(program)
  try {
    await program.parseAsync(args, { from: 'user' })
    return null
  } catch (error) {
    const { code, message } = error as Error & { code?: string }
    return code === 'commander.version' || code === 'commander.helpDisplayed' ? null : message
  }
}

interface Runnable {
  action(run: () => void): unknown
  readonly commands: readonly Runnable[]
  readonly args?: unknown
}

/** Replaces what the commands do; commander parses and checks as before. */
function runNothing({ commands }: Pick<Runnable, 'commands'>): void {
  for (const command of commands) {
    if (command.commands.length === 0) command.action(() => undefined)
    runNothing(command)
  }
}
