import { lastUsedPrecisionMs, type TokenRecord, type TokenStore } from './token-store.ts'

type StoredToken = TokenRecord & { sha256: string }

/** Tokens in the memory of one process, for tests and experiments. They are lost when the process ends. */
export function createMemoryTokenStore({ now = Date.now }: { now?: () => number } = {}): TokenStore {
  const tokens: StoredToken[] = []
  const isoNow = () => new Date(now()).toISOString()
  const isLastingAdmin = ({ revokedAt, expiresAt, scopes }: TokenRecord) =>
    revokedAt === null && expiresAt === null && scopes.includes('admin')
  const isUsable = ({ revokedAt, expiresAt }: TokenRecord) =>
    revokedAt === null && (expiresAt === null || Date.parse(expiresAt) > now())

  return {
    async create({ expiresAt, prefix = null, ...token }) {
      const stored: StoredToken = {
        ...token,
        prefix,
        id: crypto.randomUUID(),
        createdAt: isoNow(),
        expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
        lastUsedAt: null,
        revokedAt: null,
      }
      tokens.unshift(stored)
      return toRecord(stored)
    },
    list: async () => tokens.map(toRecord),
    async revoke(id, { keepAdmin }) {
      const token = tokens.find((one) => one.id === id)
      if (token === undefined) return null
      const hasOther = tokens.some((one) => one.id !== id && isLastingAdmin(one))
      if (keepAdmin && isLastingAdmin(token) && !hasOther) return 'last admin'
      token.revokedAt ??= isoNow()
      return toRecord(token)
    },
    async use(sha256) {
      const token = tokens.find((one) => one.sha256 === sha256 && isUsable(one))
      if (token === undefined) return null
      if (token.lastUsedAt === null || now() - Date.parse(token.lastUsedAt) > lastUsedPrecisionMs) {
        token.lastUsedAt = isoNow()
      }
      return toRecord(token)
    },
    hasLastingAdmin: async () => tokens.some(isLastingAdmin),
    hasAny: async () => tokens.length > 0,
  }
}

function toRecord({ sha256: _secret, ...token }: StoredToken): TokenRecord {
  return { ...token }
}
