import { PgSchema } from 'drizzle-orm/pg-core'

/** Default schema of the catalog's tables. */
export const defaultSchema = 'public'

/**
 * A schema whose tables are always qualified in statements, including `public`: the search path of a pooled connection
 * may have been changed by another client or be empty. Not `pgSchema`, which rejects `public`.
 */
export const catalogSchema = (name: string) => new PgSchema(name)
