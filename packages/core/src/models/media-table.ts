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

/** Code points of a description that are kept. */
const descriptionCodePoints = 2_000

/** What documents of media are made of; a model adds its own. */
export function mediaFields(table: MediaTable) {
  const { metaData } = table
  const description = plainMember(metaData, 'description')
  const licenseUrl = plainMember(metaData, 'license_url')
  /** JSON text; null where the key is absent, 'null' where its value is null. */
  const authorityBoost = plainMember(metaData, 'authority_boost')
  return {
    matureFlag: flagText(metaData, 'mature'),
    /** Fields that are what the row has, as it stands. */
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
      // `meta_data` may be of any size and shape. As JSON, whose kind is seen by its first byte: to have Postgres ask for
      // that, and make a text of it that is escaped again here, would take 2 µs a row longer.
      description: {
        source: description,
        write: (json: Uint8Array, to: JsonBytes) => writeText(json, to, descriptionCodePoints),
      },
      license_url: { source: licenseUrl, write: writeText },
      license: { source: table.license, write: writeLowerCase },
      // JSON's form of a time doesn't depend on the session's DateStyle, and `at time zone` takes its TimeZone away;
      // a column without a time zone means the session's, which is UTC. to_char would take 0.9 µs a row longer.
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
     * What other fields are computed from. jsonb comes as text: it is parsed once, where its shape is checked (Drizzle
     * 0.45 would parse a string in it twice, drizzle-orm issue 5485).
     */
    selection: {
      provider: table.provider,
      standardizedPopularity: table.standardizedPopularity,
      authorityBoost,
    },
  }
}
