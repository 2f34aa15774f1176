/** Name or password are wrong; the error does not show which. */
export class WrongPasswordError extends Error {
  override readonly name = 'WrongPasswordError'
  readonly code = 'wrong_password'
}

/** Too many attempts for this account, from this address, or by the owner of the account. */
export class ThrottledError extends Error {
  override readonly name = 'ThrottledError'
  readonly code = 'throttled'
  readonly limit: 'account' | 'address' | 'known'
  readonly retryAfterMs: number
  constructor(limit: ThrottledError['limit'], retryAfterMs: number) {
    super(`too many attempts; try again in ${Math.ceil(retryAfterMs / 60_000)} min`)
    this.limit = limit
    this.retryAfterMs = retryAfterMs
  }
}

/** The set-up link was used, replaced by a newer one, or never valid. */
export class SetupLinkError extends Error {
  override readonly name = 'SetupLinkError'
  readonly code = 'setup_link'
}

export class UserExistsError extends Error {
  override readonly name = 'UserExistsError'
  readonly code = 'user_exists'
  constructor(name: string) {
    super(`there is a user ${name} already`)
  }
}

/** The user was deleted or never existed. */
export class UnknownUserError extends Error {
  override readonly name = 'UnknownUserError'
  readonly code = 'unknown_user'
  constructor() {
    super('the user no longer exists')
  }
}

/** Users can't change their own role or delete themselves. */
export class OwnAccountError extends Error {
  override readonly name = 'OwnAccountError'
  readonly code = 'own_account'
}

/** Without an admin no more users could be created. */
export class LastAdminError extends Error {
  override readonly name = 'LastAdminError'
  readonly code = 'last_admin'
  constructor(name: string) {
    super(`${name} is the last admin; make another user admin first`)
  }
}
