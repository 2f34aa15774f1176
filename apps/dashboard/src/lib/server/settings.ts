import { building } from '$app/env'
import {
  DATABASE_URL,
  DASHBOARD_URL,
  ENVIRONMENT,
  INGESTION_PUBLIC_URL,
  INGESTION_TOKEN,
  INGESTION_URL,
  SESSION_IDLE_MINUTES,
  SESSION_MAX_MINUTES,
} from '$app/env/private'

// This module also runs during the build, without an environment.
if (!building && DATABASE_URL === undefined) {
  throw new Error(
    'DATABASE_URL is not set; it must be a URL such as postgres://user:password@localhost:5432/dashboard',
  )
}

/** The environment, parsed and checked by `env.ts`. */
export const settings = {
  databaseUrl: DATABASE_URL ?? 'postgres://not.set.invalid/dashboard',
  dashboardUrl: DASHBOARD_URL,
  environment: ENVIRONMENT ?? 'development',
  ingestion: { url: INGESTION_URL ?? 'http://127.0.0.1:8001', token: INGESTION_TOKEN },
  ingestionPublicUrl: INGESTION_PUBLIC_URL ?? INGESTION_URL ?? 'http://127.0.0.1:8001',
  sessionLimits: { idleMinutes: SESSION_IDLE_MINUTES ?? 120, maxMinutes: SESSION_MAX_MINUTES ?? 720 },
}
