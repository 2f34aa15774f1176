import {
  createCatalogTables,
  generateSampleRows,
  loadRepeatedRows,
  loadSampleData,
  startOpenSearch,
  startPostgres,
  type RunningOpenSearch,
  type RunningPostgres,
} from '@ingestion-server/local-services'
import { options } from './options.ts'

export interface BenchServices {
  postgres: RunningPostgres
  openSearch: RunningOpenSearch
}

/** Runs a function with separate services and a catalog of `rows` images, and removes them. */
export async function withServices(
  rows: number,
  run: (services: BenchServices) => Promise<void>,
): Promise<void> {
  const onProgress = (message: string) => console.log(message)
  const [postgres, openSearch] = await Promise.all([
    startPostgres({ onProgress }),
    startOpenSearch({ onProgress }),
  ])
  const stop = async () => {
    await Promise.all([postgres.stop(), openSearch.stop()])
  }
  await untilStopped(stop, async () => {
    await fillCatalog(postgres.url, rows)
    await run({ postgres, openSearch })
  })
}

/** Runs a function, and stops its services at its end and at Ctrl-C. */
async function untilStopped(stop: () => Promise<void>, run: () => Promise<void>): Promise<void> {
  const stopAndExit = () => void stop().finally(() => process.exit(1))
  process.on('SIGINT', stopAndExit).on('SIGTERM', stopAndExit)
  try {
    await run()
  } finally {
    process.off('SIGINT', stopAndExit).off('SIGTERM', stopAndExit)
    await stop()
  }
}

/** The same without OpenSearch. */
export async function withPostgres(
  rows: number,
  run: (postgres: RunningPostgres) => Promise<void>,
): Promise<void> {
  const postgres = await startPostgres({ onProgress: (message) => console.log(message) })
  await untilStopped(postgres.stop, async () => {
    await fillCatalog(postgres.url, rows)
    await run(postgres)
  })
}

/** The existing rows, repeated with new ids, identifiers and URLs. */
async function fillCatalog(url: string, rows: number): Promise<void> {
  console.log(`loading ${rows} rows`)
  await createCatalogTables(url)
  if (options.sampleDataDir) await loadSampleData(url, options.sampleDataDir)
  else await generateSampleRows(url, { images: 3_000, audio: 100 })
  await loadRepeatedRows(url, { model: 'image', count: rows })
}
