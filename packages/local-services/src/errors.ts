/** A port that something else listens on. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError'
  readonly code = 'port_taken'
  readonly service: string
  readonly port: number

  constructor(service: string, port: number, options?: ErrorOptions) {
    super(
      `port ${port}, which ${service} was to listen on, is taken by another process; stop that process or choose another port`,
      options,
    )
    this.service = service
    this.port = port
  }
}

/** A data folder that a living process works in. */
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

/** A service that could not be started, or that ended by itself. The message holds the end of its log. */
export class ServiceFailedError extends Error {
  override readonly name = 'ServiceFailedError'
  readonly code = 'service_failed'
  readonly service: string

  constructor(service: string, message: string, options?: ErrorOptions) {
    super(`${service}: ${message}`, options)
    this.service = service
  }
}

/** Programs that this machine must have, and that nothing here may or can install. */
export class MissingToolsError extends Error {
  override readonly name = 'MissingToolsError'
  readonly code = 'missing_tools'

  /** @param missing each with what it is for; @param command installs all; undefined: by hand */
  constructor(missing: readonly string[], command: string | undefined) {
    const how = command === undefined ? 'install them by hand' : `run:\n\n  ${command}`
    super(`this machine lacks:\n${missing.map((each) => `  - ${each}`).join('\n')}\n${how}`)
  }
}

/** No way of running OpenSearch was found on this machine. */
export class NoOpenSearchError extends Error {
  override readonly name = 'NoOpenSearchError'
  readonly code = 'no_opensearch'
}
