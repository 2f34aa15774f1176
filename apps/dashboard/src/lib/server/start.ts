import { errorMessage, type SchemaGuard } from '@ingestion-server/core/database'
import { setTimeout as delay } from 'node:timers/promises'
import { writeLogLine } from '../../../host/output.js'
import { route } from '../route.ts'
import type { Auth } from './auth/index.ts'
import { connectForMigrations, migrateDatabase } from './database/index.ts'

const retryMs = 2_000

interface StartOptions {
  auth: Pick<Auth, 'prepareSetup'>
  schemaGuard: SchemaGuard
  databaseUrl: string
  /** The dashboard's own address, for the set-up link. */
  ownUrl: string
}

/** The start of the dashboard, and whether its database can be used since. */
export function createStart({ auth, schemaGuard, databaseUrl, ownUrl }: StartOptions) {
  let isReady = false

  async function setUp(): Promise<boolean> {
    try {
      await migrate()
      const secret = await auth.prepareSetup()
      isReady = true
      if (secret !== null) process.stdout.write(`Set up the first user: ${ownUrl}${route.setup(secret)}\n`)
      return true
    } catch (error) {
      writeLogLine(`the dashboard’s database is unavailable, retrying: ${errorMessage(error)}`)
      return false
    }
  }

  async function migrate(): Promise<void> {
    const { db, close } = connectForMigrations(databaseUrl)
    try {
      const { unknown } = await migrateDatabase(db)
      if (unknown > 0)
        writeLogLine(
          `a newer release migrated the dashboard’s tables (${unknown} unknown migrations); this release continues beside it`,
        )
      schemaGuard.markChecked()
    } finally {
      await close()
    }
  }

  return {
    /**
     * @returns why the dashboard's own tables can't be used, or null: they don't exist yet, or a newer release has
     *   changed them so that this one can't work with them
     */
    async findDatabaseFault(): Promise<string | null> {
      if (!isReady) return 'The dashboard’s database did not respond.'
      try {
        await schemaGuard.assertCompatible()
        return null
      } catch (error) {
        return `The dashboard’s database can’t be used: ${errorMessage(error)}`
      }
    },

    /**
     * Migrates the tables, and prints the set-up link while there are no users. If the database is unavailable, the
     * dashboard starts anyway: it retries until the database responds, and pages report it meanwhile.
     */
    async start(): Promise<void> {
      if (await setUp()) return
      void (async () => {
        do await delay(retryMs, undefined, { ref: false })
        while (!(await setUp()))
      })()
    },
  }
}
