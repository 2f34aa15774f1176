/** Name or password are wrong; which of them is not said. */
export class WrongPasswordError extends Error {
  override readonly name = 'WrongPasswordError'
  readonly code = 'wrong_password'
}

/** Too many attempts for this account or from this address. */
export class ThrottledError extends Error {
  override readonly name = 'ThrottledError'
  readonly code = 'throttled'
  readonly retryAfterMs: number
  constructor(retryAfterMs: number) {
    super(`too many attempts; try again in ${Math.ceil(retryAfterMs / 60_000)} min`)
    this.retryAfterMs = retryAfterMs
  }
}

/** The set-up link was used, replaced by a newer one, or never was one. */
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

/** Without an admin nobody could make users any more. */
export class LastAdminError extends Error {
  override readonly name = 'LastAdminError'
  readonly code = 'last_admin'
  constructor(name: string) {
    super(`${name} is the last admin; make another user admin first`)
  }
}
