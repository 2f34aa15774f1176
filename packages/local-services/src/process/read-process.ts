import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

export interface ProcessIdentity {
  /** The whole command line, arguments separated by spaces. */
  command: string
  /** Start time, as text. With the pid it distinguishes a process from a later one with the same pid. */
  started: string
}

/** The process with a pid, or undefined if there is none. */
export async function readProcess(pid: number): Promise<ProcessIdentity | undefined> {
  return process.platform === 'linux' ? readProcFolder(pid) : runPs(pid)
}

async function readProcFolder(pid: number): Promise<ProcessIdentity | undefined> {
  try {
    const [stat, commandLine] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ])
    // proc(5): the name in parentheses may contain any character; the state (field 3) and the start time (field 22)
    // follow it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state, started] = [fields[0], fields[19]]
    if (state === 'Z' || state === 'X' || started === undefined) return undefined
    return { command: commandLine.replaceAll('\0', ' ').trim(), started }
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

async function runPs(pid: number): Promise<ProcessIdentity | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'lstart=,command=', '-p', String(pid)], {
      env: { ...process.env, LC_ALL: 'C' },
    })
    // lstart is 24 characters wide: "Mon Jan  2 15:04:05 2006"
    const line = stdout.trim()
    return line === '' ? undefined : { started: line.slice(0, 24), command: line.slice(24).trim() }
  } catch (error) {
    // ps ends with 1 when there is no such process
    if (error instanceof Error && 'code' in error && error.code === 1) return undefined
    throw error
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')
}
