import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { formatResults } from './format-results.ts'

export type Row = Record<string, number | string>

export interface Results {
  bench: string
  machine: { cpu: string; cores: number; memoryBytes: number; loadAverage: number }
  versions: Row
  commit: string
  at: string
  summary: Row[]
  measurements: unknown
}

export const resultsFolder = join(import.meta.dirname, 'results')

/** The middle value, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle] ?? NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2
}

export const countWorkers = (count: number) => `${count} ${count === 1 ? 'worker' : 'workers'}`

/** Median with minimum and maximum, for a table. */
export function describe(values: readonly number[], digits = 0): string {
  const [low, middle, high] = [Math.min(...values), median(values), Math.max(...values)]
  return `${middle.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`
}

/** Prints a table and writes it, with every single measurement, to `bench/results/<name>.json`. */
export async function report(
  name: string,
  summary: Row[],
  measurements: unknown,
  facts: Row = {},
): Promise<void> {
  console.table(summary)
  const results: Results = {
    bench: name,
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryBytes: totalmem(),
      loadAverage: loadavg()[0] ?? 0,
    },
    versions: { node: process.version, ...facts },
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    at: new Date().toISOString(),
    summary,
    measurements,
  }
  await mkdir(resultsFolder, { recursive: true })
  await writeFile(join(resultsFolder, `${name}.json`), formatResults(results))
}
