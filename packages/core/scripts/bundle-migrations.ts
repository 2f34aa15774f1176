// Writes the SQL of a folder's migrations into a module, so that they can be run without a file system.
// Part of `pnpm generate-migrations` in packages/core and apps/server, which pass the folder.
import { writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as kit from 'drizzle-kit/api'
import { readMigrationFiles } from 'drizzle-orm/migrator'

export interface MigrationFolder {
  path: string
  /** The module that contains them. */
  bundleFile: string
}

export function migrationFolder(path: string): MigrationFolder {
  return { path, bundleFile: join(path, 'bundle.ts') }
}

export const taskMigrations = migrationFolder(join(import.meta.dirname, '../src/tasks/migrations'))

export function bundleMigrations({ path }: MigrationFolder): string {
  const migrations = readMigrationFiles({ migrationsFolder: path })
  return `// Made by packages/core/scripts/bundle-migrations.ts from the SQL files beside it. Do not edit.
import type { MigrationMeta } from 'drizzle-orm/migrator'

export const migrations: readonly MigrationMeta[] = ${JSON.stringify(migrations, null, 2)}
`
}

interface Snapshot {
  id: string
}

/** drizzle-kit's own types resolve to `any`: they need a zod version that it doesn't install. */
const api: {
  generateDrizzleJson(schema: Record<string, unknown>, previousId: string): Snapshot
  generateMigration(previous: Snapshot, current: Snapshot): Promise<string[]>
} = kit

/** @returns the statements of a new migration, for the changes since the last one */
export async function findPendingChanges(
  folder: MigrationFolder,
  schema: Record<string, unknown>,
): Promise<string[]> {
  const last = await readLastSnapshot(folder)
  return api.generateMigration(last, api.generateDrizzleJson(schema, last.id))
}

/** The schema as stored by drizzle-kit at the last migration. */
async function readLastSnapshot({ path }: MigrationFolder): Promise<Snapshot> {
  const read = async (file: string): Promise<unknown> =>
    JSON.parse(await readFile(join(path, 'meta', file), 'utf8'))
  // Both are drizzle-kit's own files, in the format of its API.
  const journal = (await read('_journal.json')) as { entries: { idx: number }[] }
  const last = Math.max(...journal.entries.map(({ idx }) => idx))
  return (await read(`${String(last).padStart(4, '0')}_snapshot.json`)) as Snapshot
}

if (import.meta.main) {
  const [path] = process.argv.slice(2)
  if (path === undefined) throw new Error('usage: bundle-migrations.ts FOLDER')
  const folder = migrationFolder(path)
  writeFileSync(folder.bundleFile, bundleMigrations(folder))
}
