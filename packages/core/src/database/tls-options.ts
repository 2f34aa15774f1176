import { PostgresUrlError, type PostgresTarget } from './postgres-url.ts'

/** Options of Node's `tls.connect`, the same for postgres.js and `pg`. */
export interface TlsOptions {
  rejectUnauthorized: boolean
  /** The name or address that the certificate must match. */
  host?: string
  checkServerIdentity?: () => undefined
  ca?: string
  cert?: string
  key?: string
}

/** @returns the text of a file. @throws Error when it can't be read */
export type ReadFile = (path: string) => string

/**
 * TLS options of a connection: false for no TLS, `prefer` for TLS if the server supports it.
 *
 * @param readFile absent where there is no file system
 * @throws PostgresUrlError naming the parameter whose file can't be read
 */
export function tlsOptions(target: PostgresTarget, readFile?: ReadFile): TlsOptions | 'prefer' | false {
  const { sslMode, host } = target
  if (sslMode === 'disable') return false
  if (sslMode === 'prefer') return 'prefer'
  const read = (parameter: string, path: string) => {
    if (!readFile) throw new PostgresUrlError(`has ${parameter}, but there are no files where this runs`)
    try {
      return readFile(path)
    } catch (error) {
      throw new PostgresUrlError(`has ${parameter}, which can't be read: ${(error as Error).message}`)
    }
  }
  const { rootCertificate, certificate, key } = target
  return {
    rejectUnauthorized: sslMode !== 'require',
    ...(sslMode === 'verify-ca' && { checkServerIdentity: () => undefined }),
    // Without it Node compares with `localhost` if the host is an address.
    ...(host !== undefined && { host }),
    // `system`: the authorities that the runtime trusts, as without the parameter.
    ...(rootCertificate !== undefined &&
      rootCertificate !== 'system' && { ca: read('sslrootcert', rootCertificate) }),
    ...(certificate !== undefined && { cert: read('sslcert', certificate) }),
    ...(key !== undefined && { key: read('sslkey', key) }),
  }
}
