import 'vitest'

declare module 'vitest' {
  /** What global-setup.ts provides to every suite that needs services. */
  export interface ProvidedContext {
    /** A superuser's connection to a Postgres; suites make databases of their own in it. */
    postgresUrl: string
    /** An OpenSearch of the newest major version. */
    openSearchUrl: string
    /** An OpenSearch of major version 2. */
    openSearch2Url: string
  }
}
