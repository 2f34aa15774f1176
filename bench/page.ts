import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { plotLines } from './endurance/plot-lines.ts'
import type { Sample } from './endurance/sample.ts'
import { plotBars } from './plot.ts'
import { resultsFolder, type Results, type Row } from './report.ts'

const docs = join(import.meta.dirname, '..', 'docs')

interface Section {
  title: string
  text: string
  /** The column whose medians are drawn. */
  plotted?: string
}

const sections: Record<string, Section> = {
  reindex: {
    title: 'REINDEX beside its ceiling, a plain script and the Python way',
    text: 'The ceiling is the same bodies, made beforehand, sent to an index of the same settings. "Of ceiling" is taken within each round: what else the machine does then slows both. The plain script has a cursor, an object for each row, the client\'s bulk helper and an index of defaults; the Python way psycopg2, a dictionary for each row and `parallel_bulk` in chunks of 400.',
    plotted: 'documents/s',
  },
  pipeline: {
    title: 'From rows to bodies, one process',
    text: 'Up to each stage: reading rows, converting them to bodies, sending those to a server that keeps nothing. CPU is that of the process, for one document; Postgres is beside it.',
    plotted: 'CPU, µs',
  },
  verify: {
    title: 'Verification at both depths',
    text: 'An index that equals its table, compared by ids (number and checksums of ids, and keys beside ids) and document by document, by one process; and, in the same rounds, what such a process moves from rows to a server that keeps nothing.',
    plotted: 'documents/s',
  },
  filtered: {
    title: 'A filtered index: clone and delete beside `_reindex`',
    text: 'The same terms in both; both end with the same number of documents. Verification is part of ours.',
    plotted: 'times faster',
  },
  http: {
    title: 'The interface while an index is loaded',
    text: 'Calls to a server that loads an index in the same process, after 200 that do not count; and what bounds them from below: `GET /livez` needs nothing, and what `POST /task` asks of OpenSearch is asked directly.',
    plotted: 'p99, ms',
  },
  scale: {
    title: 'Workers, and the size of the table',
    text: 'Workers in processes of their own, whose bulk requests take as long as on a cluster far away, from a tenth of the rows to nine tenths; workers in one process that do nothing but claim items of five pages and save those, of one task or each of its own; and one process with tables of four sizes.',
    plotted: 'documents/s',
  },
  endurance: {
    title: 'A long run',
    text: 'Callers that build, filter, promote and delete small indices, cancel some tasks and run them again, follow them by event stream and read lists and metrics, at an even pace. One process answers, others work; finished tasks are removed after an eighth of the run. Sampled every 10 s; a column is the median of a quarter of the time. It is flat when the last quarter is at most a fifth above the second, but for what a small series varies by itself; the run fails otherwise, and when a task does. Where aliases pointed and what indices were verified to be is kept for good.',
  },
}

/** Writes docs/performance.md and its plots from bench/results. */
export async function writePage(): Promise<void> {
  await mkdir(docs, { recursive: true })
  const present = await readdir(resultsFolder)
  const parts: string[] = [
    '# Performance',
    'Made by `npm run bench` from `bench/results`. Every figure is a median, with the smallest and the largest in parentheses. All of it ran on one machine: OpenSearch, Postgres and the server share its cores.',
  ]
  for (const [name, section] of Object.entries(sections)) {
    const files = filesOf(name, present)
    if (files.length === 0) continue
    parts.push(`## ${section.title}`, section.text)
    for (const file of files) {
      const results = JSON.parse(await readFile(join(resultsFolder, `${file}.json`), 'utf8')) as Results
      if (file !== name) parts.push(`### ${results.versions['rows']} rows`)
      parts.push(toTable(results.summary))
      const plot = section.plotted === undefined ? null : plotBars(results.summary, section.plotted)
      if (plot !== null) {
        await writeFile(join(docs, `performance-${file}.svg`), plot)
        parts.push(`![${section.title}: ${section.plotted}](performance-${file}.svg)`)
      }
      if (name === 'endurance') {
        const { samples } = results.measurements as { samples: Sample[] }
        await writeFile(join(docs, `performance-${file}.svg`), plotLines(samples))
        parts.push(`![${section.title}](performance-${file}.svg)`)
      }
      parts.push(describeRun(results))
    }
  }
  parts.push(
    'What bounds these figures, and what was tried: [where the time goes](where-the-time-goes.md).',
    '## To get them again',
    [
      '```sh',
      'npm run bench                 # all but endurance, which takes an hour',
      'npm run bench -- reindex      # one: reindex, pipeline, verify, filtered, http, scale, endurance',
      'BENCH_ROWS=1000000 BENCH_ROUNDS=5 npm run bench -- reindex',
      '```',
    ].join('\n'),
    '`SAMPLE_DATA_DIR` names a folder with real rows (`image.csv.gz`), which are repeated with new ids, identifiers and URLs; without it rows are made up. `BENCH_SLOW_ROWS` is what the slow contestants read, `BENCH_MAX_ROWS` the largest table of `scale` and the one of `http`, `BENCH_FILTERED` some cases of `filtered`, such as `1 %:10,5 %:1000`; `BENCH_MINUTES`, `BENCH_ENDURANCE_TASKS` and `BENCH_WORKERS` are those of `endurance`.',
  )
  await writeFile(join(docs, 'performance.md'), `${parts.join('\n\n')}\n`)
}

/** The results of a bench, without their extension: one, or one for each number of rows, the smallest first. */
function filesOf(bench: string, present: readonly string[]): string[] {
  const rowsOf = (file: string) => Number(file.slice(bench.length + 1))
  return present
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .filter((file) => file === bench || (file.startsWith(`${bench}-`) && Number.isInteger(rowsOf(file))))
    .sort((a, b) => rowsOf(a) - rowsOf(b))
}

function toTable(rows: readonly Row[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((column) => column !== 'share')
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  return [
    line(columns),
    line(columns.map(() => '---')),
    ...rows.map((row) => line(columns.map((column) => row[column] ?? ''))),
  ].join('\n')
}

function describeRun({ machine, versions, commit, at }: Results): string {
  const facts = Object.entries(versions).map(([name, value]) => `${name} ${value}`)
  const load = `load average ${machine.loadAverage.toFixed(1)} at the end`
  return `${at.slice(0, 10)}, commit ${commit}; ${machine.cpu}, ${machine.cores} cores, ${load}; ${facts.join(', ')}.`
}
