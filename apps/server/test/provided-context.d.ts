import 'vitest'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder with the server and its command line as they are shipped. */
    builtServer: string
  }
}
