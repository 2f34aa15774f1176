import { IngestionError } from '@ingestion-server/core'

export class TokenNotFoundError extends IngestionError {
  override readonly name = 'TokenNotFoundError'
  readonly code = 'token_not_found'
  constructor(id: string) {
    super(`token ${id} not found; GET /token lists the tokens`)
  }
}

/** Once a token exists, calls need one, so one with scope admin and without expiry must always exist. */
export class AdminTokenNeededError extends IngestionError {
  override readonly name = 'AdminTokenNeededError'
  readonly code = 'admin_token_needed'
  constructor() {
    super(
      'no token could create or revoke tokens any more; create one with scope admin and without expiry first and ' +
        'keep it, or start the server with API_TOKEN',
    )
  }
}
