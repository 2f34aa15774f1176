// Made by packages/core/scripts/bundle-migrations.ts from the SQL files beside it. Do not edit.
import type { MigrationMeta } from 'drizzle-orm/migrator'

export const migrations: readonly MigrationMeta[] = [
  {
    "sql": [
      "CREATE TABLE \"ingestion\".\"token\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"name\" text NOT NULL,\n\t\"sha256\" text NOT NULL,\n\t\"scopes\" text NOT NULL,\n\t\"created_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"expires_at\" timestamp with time zone,\n\t\"last_used_at\" timestamp with time zone,\n\t\"revoked_at\" timestamp with time zone,\n\tCONSTRAINT \"token_sha256_unique\" UNIQUE(\"sha256\")\n);\n"
    ],
    "bps": true,
    "folderMillis": 1795562759561,
    "hash": "ca2d2df4e1760ad2b76bcf31c345b2033660e040c499bda10df207382966f103"
  },
  {
    "sql": [
      "ALTER TABLE \"ingestion\".\"token\" ADD COLUMN \"prefix\" text;"
    ],
    "bps": true,
    "folderMillis": 1795936757692,
    "hash": "f349061ee0ba906360ce23fe1e7440683bcb11544aa66ae58fabb1af45c55105"
  }
]
