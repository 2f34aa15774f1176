import { newTokenSchema, type CreatedToken, type TokenList } from '@ingestion-server/core'
import { Hono } from 'hono'
import { z } from 'zod'
import type { AppDeps } from '../app-deps.ts'
import type { Tokens } from '../../auth/tokens.ts'
import { allow } from '../guard.ts'
import { parseBody } from '../json-body.ts'
import { noQuerySchema, parseQuery } from '../parse-query.ts'
import type { AppEnv } from '../request-context.ts'
import { InvalidRequestError, TokenNotFoundError } from '../request-errors.ts'

const noStore = { 'Cache-Control': 'no-store' }

/** Authentication: creates, lists and revokes tokens. */
export function tokenRoutes({ tokens, clock }: Pick<AppDeps, 'clock'> & { tokens: Tokens }) {
  const routes = new Hono<AppEnv>()

  routes.get('/', allow('admin'), async (c) => {
    parseQuery(c.req.url, noQuerySchema)
    const list: TokenList = { tokens: await tokens.list() }
    return c.json(list, 200, noStore)
  })

  routes.post('/', allow('admin'), async (c) => {
    parseQuery(c.req.url, noQuerySchema)
    const body = await parseBody(c, newTokenSchema)
    if (body.expires_at != null && Date.parse(body.expires_at) <= clock.now()) {
      throw new InvalidRequestError([{ pointer: '/expires_at', detail: 'must lie in the future' }])
    }
    const created: CreatedToken = await tokens.create(body)
    const { id, name, scopes } = created.token
    c.var.log.info('token made', { token_id: id, name, scopes, requested_by: c.var.requestedBy })
    return c.json(created, 201, { Location: `/token/${id}`, ...noStore })
  })

  routes.delete('/:id', allow('admin'), async (c) => {
    parseQuery(c.req.url, noQuerySchema)
    const id = z.uuid().toLowerCase().safeParse(c.req.param('id'))
    if (!id.success) throw new TokenNotFoundError(c.req.param('id'))
    const token = await tokens.revoke(id.data)
    c.var.log.info('token revoked', { token_id: id.data, requested_by: c.var.requestedBy })
    return c.json(token, 200, noStore)
  })

  return routes
}
