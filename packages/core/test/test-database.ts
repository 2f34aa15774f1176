import { randomUUID } from 'node:crypto'
import postgres from 'postgres'

export interface TestDatabase {
  /** Connection URL of a new, empty database that nobody else uses. */
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
  return { url: url.href, drop: () => runOnce(adminUrl, `drop database if exists ${name} with (force)`) }
}

async function runOnce(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    await sql.unsafe(statement)
  } finally {
    await sql.end()
  }
}
