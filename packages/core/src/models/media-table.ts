import { sql, type BuildColumns, type SQL } from 'drizzle-orm'
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
import type { JsonBytes } from '../json-bytes.ts'
import { writeTags } from './tags.ts'
import { writeLowerCase, writeString, writeTime } from './write-fields.ts'

/** The columns that every table of media has, as far as documents are made of them. */
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

/** SQL null where a row has nothing, or nothing of that kind. */
type Text = string | null

/** Code points of a description that are kept. */
const descriptionCodePoints = 2_000

/** Fields of a document that are what the row has, as it stands. */
export function copiedMediaFields(table: MediaTable) {
  return {
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
  }
}

export function writtenMediaFields(table: MediaTable) {
  const { metaData } = table
  return {
    // `meta_data` may be of any size and shape. As JSON, whose kind is seen by its first byte: to have Postgres ask for
    // that, and make a text of it that is escaped again here, would take 2 µs a row longer.
    description: {
      source: sql`${metaData} -> 'description'`,
      write: (json: Uint8Array, to: JsonBytes) => writeString(json, to, descriptionCodePoints),
    },
    license_url: { source: sql`${metaData} -> 'license_url'`, write: writeString },
    license: { source: table.license, write: writeLowerCase },
    // JSON's form of a time doesn't depend on the session's DateStyle, and `at time zone` takes its TimeZone away;
    // a column without a time zone means the session's, which is UTC. to_char would take 0.9 µs a row longer.
    created_on: {
      source: sql`to_json(${table.createdOn}::timestamptz at time zone 'UTC')`,
      write: writeTime,
    },
    /** A list of `{name, accuracy?}`, never empty. */
    tags: { source: table.tags, write: writeTags },
  }
}

/**
 * What other fields are computed from. jsonb comes as text: it is parsed once, where its shape is checked (Drizzle
 * 0.45 would parse a string in it twice, drizzle-orm issue 5485).
 */
export function mediaSelection(table: MediaTable) {
  const { metaData } = table
  return {
    provider: table.provider,
    standardizedPopularity: table.standardizedPopularity,
    /** JSON text; null where the key is absent, 'null' where its value is null. */
    authorityBoost: sql<Text>`${metaData} -> 'authority_boost'`,
  }
}

/** Whether a row says of itself that it is mature; null where it says nothing. */
export function saysMature(table: MediaTable): SQL {
  return sql`${table.metaData} ->> 'mature' = 'true'`
}
