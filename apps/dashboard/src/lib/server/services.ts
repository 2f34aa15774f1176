import { createSchemaGuard } from '@ingestion-server/core/database'
import { writeLogLine } from '../../../host/output.js'
import { createAuditLog } from './audit.ts'
import { createAuth } from './auth/index.ts'
import { checkDatabaseSchema, connectDatabase } from './database/index.ts'
import { createIngestion } from './ingestion.ts'
import { createOpenStreams } from './open-streams.ts'
import { settings } from './settings.ts'
import { createStart } from './start.ts'
import { createTaskDetailReader } from './task-detail.ts'

// Composition root: Kit passes dependencies to routes only by modules, so these are the dashboard's only globals.
const now = () => new Date()

const database = connectDatabase(settings.databaseUrl)
const schemaGuard = createSchemaGuard({
  checkSchema: () => checkDatabaseSchema(database),
  now: () => now().getTime(),
  onRefused: ({ message }) => writeLogLine(`the dashboard’s database can’t be used: ${message}`),
})
export const auth = createAuth({ db: database, limits: settings.sessionLimits, now })
export const { start, findDatabaseFault } = createStart({
  auth,
  schemaGuard,
  databaseUrl: settings.databaseUrl,
  // `host.js` sets the latter once it listens, before it imports this.
  ownUrl: settings.dashboardUrl ?? process.env['DASHBOARD_LISTENS_AT'] ?? '',
})
export const auditLog = createAuditLog(database, now)
export const ingestion = createIngestion(settings.ingestion)
export const readTaskDetail = createTaskDetailReader(ingestion, {
  url: settings.ingestionPublicUrl,
  needsToken: settings.ingestion.token !== undefined,
})
export const openStream = createOpenStreams()
