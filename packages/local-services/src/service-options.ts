/** What starting any service takes. */
export interface ServiceOptions {
  /** Gets one short line for each thing that takes time, and for whatever people should know. */
  onProgress?: ((message: string) => void) | undefined
  /** Ends the start. A service that runs already is stopped with its own stop(). */
  signal?: AbortSignal | undefined
}

/** What every started service can do. */
export interface RunningService {
  url: string
  port: number
  pid: number
  /** Where its files are. */
  dataDir: string
  /** Settles when the process has ended, by stop() or by itself: how it ended, as text. */
  exited: Promise<string>
  /** Ends it in good order. A temporary folder is removed. May be called more than once. */
  stop: () => Promise<void>
  /** SIGKILL, as in a crash: the files stay as they are, and can be started on again. */
  kill: () => Promise<void>
}
