import { hash, verify } from '@node-rs/argon2'

/** argon2id, which is the package's default, with OWASP's parameters: 19 MiB, 2 passes, 1 lane. */
const parameters = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

export function hashPassword(password: string): Promise<string> {
  return hash(password, parameters)
}

let hashOfNobody: Promise<string> | undefined

/** Without a user the same time passes, so that the answer doesn't tell which names exist. */
export async function verifyPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  hashOfNobody ??= hashPassword('nobody has this password')
  const matches = await verify(passwordHash ?? (await hashOfNobody), password)
  return matches && passwordHash !== undefined
}
