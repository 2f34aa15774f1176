/** Options of a run, read from the environment. */
export const options = {
  /** Rows of the table. */
  rows: readNumber('BENCH_ROWS', 300_000),
  /** Rows of the table of `verify`. */
  verifyRows: readNumber('BENCH_ROWS', 1_000_000),
  /** Measured rounds; one more comes before them as warm-up and is not counted. */
  rounds: readNumber('BENCH_ROUNDS', 3),
  /** Rows that the slow contestants read. */
  slowRows: readNumber('BENCH_SLOW_ROWS', 40_000),
  /** Largest table of the benchmark that compares sizes, and the one of `http`, whose load has to outlast its calls. */
  maxRows: readNumber('BENCH_MAX_ROWS', 1_000_000),
  /** Shares of sensitive rows and numbers of terms of `filtered`, such as `1 %:10,5 %:1000`; null for all. */
  filteredCases: process.env['BENCH_FILTERED']?.split(',') ?? null,
  /** Of `endurance`: duration, number of tasks, and maximum of concurrent tasks. */
  minutes: readNumber('BENCH_MINUTES', 60),
  tasks: readNumber('BENCH_ENDURANCE_TASKS', 10_000),
  workers: readNumber('BENCH_WORKERS', 64),
  /** A folder with image.csv.gz; without it, rows are generated. */
  sampleDataDir: process.env['SAMPLE_DATA_DIR'],
}

function readNumber(name: string, otherwise: number): number {
  const text = process.env[name]
  if (text === undefined) return otherwise
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new Error(`${name} must be a whole number above 0`)
  return number
}
