import 'vitest'

declare module 'vitest' {
  /** What global-setup.ts and that of the server's tests provide. */
  export interface ProvidedContext {
    /** A superuser's connection to a Postgres; suites make databases of their own in it. */
    postgresUrl: string
    openSearchUrl: string
    /** Folder with the server as it is shipped. */
    builtServer: string
  }
}
