import { newTokenSchema, type CreatedToken, type TokenList } from '@ingestion-server/core'
import { Hono } from 'hono'
import { z } from 'zod'
import type { AppDeps } from '../app-deps.ts'
import { TokenNotFoundError } from '../../auth/token-errors.ts'
import type { Tokens } from '../../auth/tokens.ts'
import { parseBody } from '../json-body.ts'
import { json } from '../openapi/operation.ts'
import { operation } from '../operation.ts'
import type { AppEnv } from '../request-context.ts'
import { InvalidRequestError } from '../request-errors.ts'

const noStore = { 'Cache-Control': 'no-store' }

/** Authentication: creates, lists and revokes tokens. */
export function tokenRoutes({ tokens, clock }: Pick<AppDeps, 'clock'> & { tokens: Tokens }) {
  const routes = new Hono<AppEnv>()

  const list = operation({
    id: 'listTokens',
    tag: 'Tokens',
    summary: 'List tokens, newest first',
    scope: 'admin',
    responses: { 200: { description: 'All tokens, without their secrets.', content: json('TokenList') } },
  })
  routes.get('/', list, async (c) => {
    const found: TokenList = { tokens: await tokens.list() }
    return c.json(found, 200, noStore)
  })

  const create = operation({
    id: 'createToken',
    tag: 'Tokens',
    summary: 'Create a token',
    description:
      'When the first token exists, all callers need one, including those on the machine of the server. The first ' +
      'token must have scope `admin`, unless the server was started with API_TOKEN.',
    scope: 'admin',
    headers: ['Ingestion-Actor'],
    body: {
      schema: 'NewToken',
      required: true,
      examples: {
        monitoring: { summary: 'For a monitoring system', value: { name: 'monitoring', scopes: ['read'] } },
      },
    },
    responses: {
      201: {
        description: 'The token and its secret, which is not shown again.',
        content: json('CreatedToken'),
        headers: ['Location'],
      },
    },
    problems: [409],
  })
  routes.post('/', create, async (c) => {
    const body = await parseBody(c, newTokenSchema)
    if (body.expires_at != null && Date.parse(body.expires_at) <= clock.now()) {
      throw new InvalidRequestError([{ pointer: '/expires_at', detail: 'must be in the future' }])
    }
    const created: CreatedToken = await tokens.create(body)
    const { id, name, scopes } = created.token
    c.var.log.info('token created', { token_id: id, name, scopes, requested_by: c.var.requestedBy })
    return c.json(created, 201, { Location: `/token/${id}`, ...noStore })
  })

  const revoke = operation({
    id: 'revokeToken',
    tag: 'Tokens',
    summary: 'Revoke a token',
    scope: 'admin',
    headers: ['Ingestion-Actor'],
    responses: { 200: { description: 'The revoked token.', content: json('Token') } },
    problems: [404, 409],
  })
  routes.delete('/:id', revoke, async (c) => {
    const id = z.uuid().toLowerCase().safeParse(c.req.param('id'))
    if (!id.success) throw new TokenNotFoundError(c.req.param('id'))
    const token = await tokens.revoke(id.data)
    c.var.log.info('token revoked', { token_id: id.data, requested_by: c.var.requestedBy })
    return c.json(token, 200, noStore)
  })

  return routes
}
