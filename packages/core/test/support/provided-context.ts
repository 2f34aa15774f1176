import 'vitest'

declare module 'vitest' {
  /** Provided by ../global-setup.ts to every suite that needs services. */
  export interface ProvidedContext {
    /** A Postgres for each worker, as its superuser; suites create databases in it (postgres-url.ts). */
    postgresUrls: readonly string[]
    /** An OpenSearch of the newest major version. */
    openSearchUrl: string
    /** An OpenSearch of major version 2. */
    openSearch2Url: string
  }
}
