import { fork, spawn, type ChildProcess } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { nodeOptions } from '@ingestion-server/local-services'
import { contestantsFolder } from './build.ts'

/** Result that a measured process reports at its end. */
export interface Measurement {
  documents: number
  /** For the whole run, and for its loading only. */
  seconds: number
  loadSeconds: number
  /** CPU time of the process during the run, without its start. */
  cpuMicrosecondsPerDocument: number
  peakResidentMegabytes: number
  /** Seconds of each phase of a task. */
  phases?: Record<string, number> | undefined
}

/** Runs a contestant in a separate process to its end. @param name one that was built */
export function measure(name: string, args: readonly string[]): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    const child = fork(join(contestantsFolder, `${name}.mjs`), args, { execArgv: nodeOptions })
    let measurement: Measurement | null = null
    child.on('message', (message) => (measurement = message as Measurement))
    ended(child).then((code) => {
      if (measurement && code === 0) resolve(measurement)
      else reject(new Error(`${name} ended with code ${code}`))
    }, reject)
  })
}

/** The same for a program that is not JavaScript, which writes its measurement as JSON. */
export function measureProgram(file: string, script: string, args: readonly string[]): Promise<Measurement> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, [script, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    ended(child).then((code) => {
      if (code === 0) resolve(JSON.parse(output) as Measurement)
      else reject(new Error(`${script} ended with code ${code}`))
    }, reject)
  })
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', resolve)
  })
}

/** CPU time in microseconds of a process and its children, including ended ones; 0 without /proc. */
export async function cpuOfTree(pid: number): Promise<number> {
  const names = await readdir('/proc').catch(() => [])
  let ticks = 0
  for (const name of names.filter((name) => /^\d+$/.test(name))) {
    // The process may end meanwhile.
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '')
    // Fields of proc_pid_stat(5), counted from the third, after the name in parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15).map(Number)
    if (name === String(pid)) ticks += user + system + childUser + childSystem
    else if (fields[1] === String(pid)) ticks += user + system
  }
  const microsecondsPerTick = 10_000
  return ticks * microsecondsPerTick
}

export const rate = ({ documents, seconds }: Measurement): number => documents / seconds
export const loadRate = ({ documents, loadSeconds }: Measurement): number => documents / loadSeconds
