import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { dirname } from 'node:path'
import { hasPassed, type RoundResult } from '../rounds/round-result.ts'

export interface Results {
  seed: number
  startedAt: string
  /** Null while it runs. */
  endedAt: string | null
  commit: string
  machine: { cpu: string; cores: number; memoryBytes: number }
  versions: Record<string, string>
  rounds: (RoundResult & { passed: boolean })[]
}

export interface ResultsFile {
  read(): Results
  /** Adds a round and writes the file, so that nothing is lost when the run is ended. */
  add(result: RoundResult): void
  finish(): void
}

/** @param seed null: the file of an earlier run is read, and added to */
export async function openResults(file: string, seed: number | null): Promise<ResultsFile> {
  const results = seed === null ? readResults(file) : createResults(seed)
  function write(): void {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(`${file}.new`, `${JSON.stringify(results, null, 1)}\n`)
    renameSync(`${file}.new`, file)
  }
  return {
    read: () => results,
    add(result) {
      results.rounds.push({ ...result, passed: hasPassed(result) })
      write()
    },
    finish() {
      results.endedAt = new Date().toISOString()
      write()
    },
  }
}

const readResults = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Results

function createResults(seed: number): Results {
  return {
    seed,
    startedAt: new Date().toISOString(),
    endedAt: null,
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryBytes: totalmem() },
    versions: { node: process.version },
    rounds: [],
  }
}
