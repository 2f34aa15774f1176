/** Another process listens on the port. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError'
  readonly code = 'port_taken'
  readonly service: string
  readonly port: number

  constructor(service: string, port: number, options?: ErrorOptions) {
    super(
      `port ${port} of ${service} is taken by another process; stop that process or choose another port`,
      options,
    )
    this.service = service
    this.port = port
  }
}

/** A running process uses the data folder. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError'
  readonly code = 'folder_in_use'
  readonly folder: string
  readonly pid: number

  constructor(folder: string, pid: number, command: string) {
    super(
      `${folder} is in use by process ${pid} (${command}); stop that process first, or choose another folder`,
    )
    this.folder = folder
    this.pid = pid
  }
}

/** A service could not be started or exited unexpectedly. The message contains the end of its log. */
export class ServiceFailedError extends Error {
  override readonly name = 'ServiceFailedError'
  readonly code = 'service_failed'
  readonly service: string

  constructor(service: string, message: string, options?: ErrorOptions) {
    super(`${service}: ${message}`, options)
    this.service = service
  }
}

/** Required programs are missing on this machine and can't be installed automatically. */
export class MissingToolsError extends Error {
  override readonly name = 'MissingToolsError'
  readonly code = 'missing_tools'

  /** @param missing each with its purpose; @param command installs all; undefined: install them by hand */
  constructor(missing: readonly string[], command: string | undefined) {
    const how = command === undefined ? 'install them by hand' : `run:\n\n  ${command}`
    super(`this machine lacks:\n${missing.map((each) => `  - ${each}`).join('\n')}\n${how}`)
  }
}

/** OpenSearch can't be run on this machine. */
export class NoOpenSearchError extends Error {
  override readonly name = 'NoOpenSearchError'
  readonly code = 'no_opensearch'
}
