import { sql, type BuildColumns } from 'drizzle-orm'
import {
  boolean,
  doublePrecision,
  integer,
  jsonb,
  text,
  timestamp,
  uuid,
  type PgTable,
} from 'drizzle-orm/pg-core'
import { type JsonBytes, writeLowerCase, writeTags, writeText, writeTime } from '../documents/index.ts'
import { flagText, plainMember, wholeValue } from './json-column.ts'

/** The columns of every media table that documents use. */
export function mediaColumns() {
  return {
    id: integer('id').primaryKey(),
    identifier: uuid('identifier').notNull(),
    createdOn: timestamp('created_on', { withTimezone: true, mode: 'string' }),
    updatedOn: timestamp('updated_on', { withTimezone: true, mode: 'string' }),
    title: text('title'),
    foreignLandingUrl: text('foreign_landing_url'),
    creator: text('creator'),
    creatorUrl: text('creator_url'),
    url: text('url'),
    license: text('license'),
    licenseVersion: text('license_version'),
    provider: text('provider'),
    source: text('source'),
    category: text('category'),
    removedFromSource: boolean('removed_from_source'),
    standardizedPopularity: doublePrecision('standardized_popularity'),
    metaData: jsonb('meta_data'),
    tags: jsonb('tags'),
  }
}

export type MediaTable = PgTable & BuildColumns<string, ReturnType<typeof mediaColumns>, 'pg'>

/** Maximum code points of a description. */
const descriptionCodePoints = 2_000

/** The sources of media documents; a model adds its own. */
export function mediaFields(table: MediaTable) {
  const { metaData } = table
  const description = plainMember(metaData, 'description')
  const licenseUrl = plainMember(metaData, 'license_url')
  /** JSON text; null if the key is absent, 'null' if its value is null. */
  const authorityBoost = plainMember(metaData, 'authority_boost')
  return {
    matureFlag: flagText(metaData, 'mature'),
    /** Fields copied from the row unchanged. */
    copied: {
      identifier: table.identifier,
      title: table.title,
      foreign_landing_url: table.foreignLandingUrl,
      creator: table.creator,
      creator_url: table.creatorUrl,
      url: table.url,
      license_version: table.licenseVersion,
      provider: table.provider,
      source: table.source,
      category: table.category,
    },
    written: {
      // `meta_data` may have any size and shape. Selected as JSON, whose first byte shows its kind: checking the kind
      // in Postgres and converting it to text, which is escaped again here, would take 2 µs more per row.
      description: {
        source: description,
        write: (json: Uint8Array, to: JsonBytes) => writeText(json, to, descriptionCodePoints),
      },
      license_url: { source: licenseUrl, write: writeText },
      license: { source: table.license, write: writeLowerCase },
      // The JSON form of a time is independent of the session's DateStyle, and `at time zone` makes it independent of
      // the session's TimeZone; a column without a time zone uses the session's, which is UTC. to_char would take 0.9
      // µs more per row.
      created_on: {
        source: sql`to_json(${table.createdOn}::timestamptz at time zone 'UTC')`,
        write: writeTime,
      },
      /** A list of `{name, accuracy?}`, never empty. */
      tags: { source: table.tags, write: writeTags },
    },
    packed: [
      {
        name: 'meta_data',
        source: wholeValue(metaData),
        members: { description, license_url: licenseUrl, authority_boost: authorityBoost },
      },
    ],
    /**
     * Inputs of computed fields. jsonb is selected as text and parsed once, where its shape is checked (Drizzle 0.45
     * would parse a string in it twice, drizzle-orm issue 5485).
     */
    selection: {
      provider: table.provider,
      standardizedPopularity: table.standardizedPopularity,
      authorityBoost,
    },
  }
}
