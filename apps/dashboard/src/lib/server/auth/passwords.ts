import { hash, verify } from '@node-rs/argon2'

/** argon2id, which is the package's default, with OWASP's parameters: 19 MiB, 2 passes, 1 lane. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export function hashPassword(password: string): Promise<string> {
  return hash(password, parameters)
}

/** @returns a function that compares a password with a hash */
export function createPasswordVerifier() {
  let dummyHash: Promise<string> | undefined

  /** Takes the same time without a user, so that the timing does not reveal which names exist. */
  return async (passwordHash: string | undefined, password: string): Promise<boolean> => {
    dummyHash ??= hashPassword('no user has this password')
    const matches = await verify(passwordHash ?? (await dummyHash), password)
    return matches && passwordHash !== undefined
  }
}
