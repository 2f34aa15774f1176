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
  addVersions(versions: Record<string, string>): void
  /** Adds a round and writes the file, so that nothing is lost if the run is ended. */
  add(result: RoundResult): void
  finish(): void
}

/** @param seed null: continues the file of an earlier run */
export function openResults(file: string, seed: number | null): ResultsFile {
  const results = seed === null ? readResults(file) : createResults(seed)
  function write(): void {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(`${file}.new`, toJson(results))
    renameSync(`${file}.new`, file)
  }
  return {
    read: () => results,
    addVersions: (versions) => void Object.assign(results.versions, versions),
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

/** One round per line, so that a long run can be read and compared. */
function toJson({ rounds, ...facts }: Results): string {
  const head = JSON.stringify(facts, null, 2).replace(/\n\}$/, '')
  return `${head},\n  "rounds": [\n${rounds.map((round) => `    ${JSON.stringify(round)}`).join(',\n')}\n  ]\n}\n`
}

const readResults = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Results

function createResults(seed: number): Results {
  return {
    seed,
    startedAt: new Date().toISOString(),
    endedAt: null,
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, memoryBytes: totalmem() },
    versions: { Node: process.version.slice(1) },
    rounds: [],
  }
}
