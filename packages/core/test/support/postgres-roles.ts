import { readFile } from 'node:fs/promises'

/** The documented SQL: creates the roles of a cluster, and grants their rights in a database. */
export async function readRolesSql(): Promise<{ roles: string; grants: string }> {
  const text = await readFile(new URL('../../../../docs/postgres-roles.sql', import.meta.url), 'utf8')
  const [roles, grants] = text.split('-- Part 2: in each database')
  if (roles === undefined || grants === undefined) throw new Error('docs/postgres-roles.sql has no two parts')
  return { roles, grants }
}
