import { PostgresUrlError, type PostgresTarget } from './postgres-url.ts'

/** What `tls.connect` of Node takes, the same for postgres.js and `pg`. */
export interface TlsOptions {
  rejectUnauthorized: boolean
  /** The name or address that the certificate has to be for. */
  host?: string
  checkServerIdentity?: () => undefined
  ca?: string
  cert?: string
  key?: string
}

/** @returns the text of a file. @throws Error when it can't be read */
export type ReadFile = (path: string) => string

/**
 * The TLS of a connection: false for none, `prefer` for encryption where the server has it.
 *
 * @param readFile absent where there are no files
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
    // Without it Node would compare with `localhost` where the host is an address.
    ...(host !== undefined && { host }),
    // `system`: the authorities that the runtime trusts, as without the parameter.
    ...(rootCertificate !== undefined &&
      rootCertificate !== 'system' && { ca: read('sslrootcert', rootCertificate) }),
    ...(certificate !== undefined && { cert: read('sslcert', certificate) }),
    ...(key !== undefined && { key: read('sslkey', key) }),
  }
}
