import 'vitest'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder with the built server and command line. */
    builtServer: string
  }
}
