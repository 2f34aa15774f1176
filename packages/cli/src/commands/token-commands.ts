import { InvalidArgumentError } from '@commander-js/extra-typings'
import type { Scope } from '@ingestion-server/sdk'
import type { CliIo } from '../cli-io.ts'
import { listToken, tokenListHeader } from '../describe-index.ts'
import { parseDuration, parseId } from '../option-values.ts'
import type { Program } from '../root-command.ts'
import { createSession } from '../session.ts'

const scopes: readonly Scope[] = ['read', 'write', 'delete', 'delegate', 'admin']

/** The commands for API tokens. */
export function addTokenCommands(program: Program, io: CliIo): void {
  const tokens = program.command('tokens').description('Creates, lists and revokes tokens.')

  tokens
    .command('create')
    .description('Creates a token and prints its secret, which is shown only once.')
    .argument('<name>', 'owner or purpose of the token')
    .requiredOption('--scopes <scopes>', `comma-separated list of ${scopes.join(', ')}`, parseScopes)
    .option('--expires <time>', 'lifetime of the token, such as 90d', parseDuration)
    .action(async (name, { scopes, expires }, command) => {
      const { client, output } = createSession(io, command.optsWithGlobals())
      const expiresAt = expires === undefined ? null : new Date(Date.now() + expires * 1_000).toISOString()
      const created = await client.tokens.create({ name, scopes, expiresAt }, { signal: io.signal })
      if (output.json) return output.document(created)
      output.note(`token ${created.token.id}; its secret is not shown again:`)
      output.line(created.secret)
    })

  tokens
    .command('list')
    .description('Lists tokens, without their secrets.')
    .action(async (_options, command) => {
      const { client, output } = createSession(io, command.optsWithGlobals())
      const list = await client.tokens.list({ signal: io.signal })
      if (output.json) output.document(list)
      else output.table([tokenListHeader, ...list.tokens.map(listToken)])
    })

  tokens
    .command('revoke')
    .description('Revokes a token: requests with it are rejected from now on.')
    .argument('<id>', 'ID of the token (not its secret)', parseId)
    .action(async (id, _options, command) => {
      const { client, output } = createSession(io, command.optsWithGlobals())
      const token = await client.tokens.revoke(id, { signal: io.signal })
      if (output.json) output.document(token)
      else output.line(`token ${token.id} (${token.name}) is revoked`)
    })
}

function parseScopes(text: string): Scope[] {
  return text.split(',').map((item) => {
    const scope = scopes.find((known) => known === item.trim())
    if (scope === undefined) throw new InvalidArgumentError(`Known scopes: ${scopes.join(', ')}.`)
    return scope
  })
}
