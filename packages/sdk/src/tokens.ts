import { toWire } from './camel-case.ts'
import type { CreatedToken, NewToken, Token, TokenList } from './contract-types.ts'
import { readBody, type RequestOptions, type Transport } from './http/index.ts'
import { idPath } from './id-path.ts'

/** API tokens of the server. All calls need the scope `admin`. */
export interface Tokens {
  /**
   * Creates a token. The response contains the secret, which is shown only once.
   *
   * @example
   * const { secret, token } = await client.tokens.create({ name: 'nightly', scopes: ['read', 'write'] })
   */
  create(token: NewToken, options?: RequestOptions): Promise<CreatedToken>
  /** All tokens, also revoked and expired ones, without their secrets. */
  list(options?: RequestOptions): Promise<TokenList>
  /**
   * Revokes a token: requests with it are rejected from now on.
   *
   * @throws NotFoundError
   */
  revoke(id: string, options?: RequestOptions): Promise<Token>
}

export function createTokens({ send }: Transport): Tokens {
  return {
    async create(token, options) {
      const answer = await send({
        ...options,
        method: 'POST',
        path: 'token',
        body: toWire({ ...token }),
      })
      return readBody<CreatedToken>(answer, 'new token', { secret: 'string' })
    },
    list: async (options) =>
      readBody<TokenList>(await send({ ...options, path: 'token' }), 'list of tokens', { tokens: 'array' }),
    revoke: async (id, options) =>
      readBody<Token>(await send({ ...options, method: 'DELETE', path: idPath('token', id) }), 'token', {
        id: 'string',
      }),
  }
}
