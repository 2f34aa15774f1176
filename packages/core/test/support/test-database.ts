import { randomUUID } from 'node:crypto'
import postgres from 'postgres'
import { readRolesSql } from './postgres-roles.ts'

/** The role of the suites with TEST_POSTGRES_ROLES. */
export const tasksRole = 'ingestion_tasks'

export interface TestDatabase {
  /** Connection URL of a new, empty database with a unique name. */
  url: string
  /** Removes it, ending the connections that are still open. */
  drop(): Promise<void>
}

/** @param adminUrl connection of a role that may create databases */
export async function createTestDatabase(adminUrl: string): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await runOnce(adminUrl, `create database ${name}`)
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  if (process.env['TEST_POSTGRES_ROLES']) await restrict(url)
  return { url: url.href, drop: () => runOnce(adminUrl, `drop database if exists ${name} with (force)`) }
}

/**
 * Sets defaults of settings for a database. They apply to sessions that start afterwards, so existing sessions
 * are ended, including those of a pooler.
 *
 * @param adminUrl connection of a superuser
 * @param settings such as `{ statement_timeout: '300ms' }`
 */
export async function setDefaults(
  adminUrl: string,
  databaseUrl: string,
  settings: Readonly<Record<string, string>>,
): Promise<void> {
  const name = new URL(databaseUrl).pathname.slice(1)
  const changes = Object.entries(settings).map(
    ([key, value]) => `alter database ${name} set ${key} = '${value}'`,
  )
  await runOnce(
    adminUrl,
    [...changes, `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`].join(
      ';',
    ),
  )
}

/**
 * Creates a schema that belongs to the role of a URL, which may not have the right to create one.
 *
 * @param name letters only, in upper or lower case
 */
export async function createSchema(databaseUrl: string, name: string): Promise<void> {
  const url = new URL(databaseUrl)
  const owner = url.username
  url.username = 'postgres'
  await runOnce(url.href, `create schema "${name}" authorization "${owner}"`)
}

async function runOnce(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined, prepare: false })
  try {
    await sql.unsafe(statement)
  } finally {
    await sql.end()
  }
}

/** Lets suites use the role of the tasks, which owns its schemas, and create tables in `public` with it. */
async function restrict(url: URL): Promise<void> {
  const { grants } = await readRolesSql()
  const [, owned = ''] = grants.split('-- Tasks,')
  const database = url.pathname.slice(1)
  await runOnce(
    url.href,
    `--${owned}; revoke all on database ${database} from public; grant connect on database ${database} to ingestion_tasks;
    grant usage, create on schema public to ingestion_tasks`,
  )
  url.username = tasksRole
}
