import 'vitest'

declare module 'vitest' {
  /** What global-setup.ts provides to every suite that needs services. */
  export interface ProvidedContext {
    /** A Postgres for each worker, as its superuser; suites make databases of their own in it (support/postgres-url.ts). */
    postgresUrls: readonly string[]
    /** An OpenSearch of the newest major version. */
    openSearchUrl: string
    /** An OpenSearch of major version 2. */
    openSearch2Url: string
  }
}
