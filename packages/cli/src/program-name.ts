import { basename, relative } from 'node:path'

/** How this program was started. */
export interface Invocation {
  env: Readonly<Record<string, string | undefined>>
  /** The program that runs this one, such as /usr/bin/node. */
  execPath: string
  /** The file that it runs. */
  script: string | undefined
  /** The working directory. */
  cwd: string
}

/**
 * How the user calls this program, so that a command in its output can be pasted: `npm run -s cli --` from a checkout,
 * `node cli.mjs` where it is built, the name of a link on the PATH, or `npx` and that name.
 */
export function programName({ env, execPath, script, cwd }: Invocation): string {
  // Set by scripts/bootstrap.mjs, where the npm call can be detected.
  const named = env['INGESTION_CLI_NAME']
  if (named) return named
  if (script === undefined) return 'ingestion-server'
  if (!/\.m?[jt]s$/.test(script)) return `${env['npm_command'] === 'exec' ? 'npx ' : ''}${basename(script)}`
  const below = relative(cwd, script)
  return `${basename(execPath).replace(/\.exe$/, '')} ${quote(below.startsWith('..') ? script : below)}`
}

/** For a POSIX shell. */
function quote(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`
}
