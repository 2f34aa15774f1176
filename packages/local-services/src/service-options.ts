/** Options for starting any service. */
export interface ServiceOptions {
  /** Called with a short line for each step that takes time, and for other information. */
  onProgress?: ((message: string) => void) | undefined
  /** Aborts the start. A running service is stopped with its own stop(). */
  signal?: AbortSignal | undefined
}

/** A started service. */
export interface RunningService {
  url: string
  port: number
  pid: number
  /** Folder of its files. */
  dataDir: string
  /** Settles when the process has ended, by stop() or unexpectedly: how it ended, as text. */
  exited: Promise<string>
  /** Shuts it down in order, and removes a temporary folder. May be called more than once. */
  stop: () => Promise<void>
  /** SIGKILL, as in a crash: the files stay as they are, and the service can be started on them again. */
  kill: () => Promise<void>
}
