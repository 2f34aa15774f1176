import { PgSchema } from 'drizzle-orm/pg-core'

/** Where the catalog's tables are unless the configuration says otherwise. */
export const defaultSchema = 'public'

/**
 * For tables whose every statement names their schema, `public` too: the search path of a connection from a pooler is
 * what another client left there, and may be empty. Not `pgSchema`, which refuses `public`.
 */
export const catalogSchema = (name: string) => new PgSchema(name)
