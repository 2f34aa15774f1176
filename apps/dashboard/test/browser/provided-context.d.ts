import 'vitest'

declare module 'vitest' {
  /** What global-setup.ts provides. */
  export interface ProvidedContext {
    /** A superuser's connection to a Postgres; suites make databases of their own in it. */
    postgresUrl: string
    openSearchUrl: string
  }
}
