// Made by packages/core/scripts/bundle-migrations.ts from the SQL files beside it. Do not edit.
import type { MigrationMeta } from 'drizzle-orm/migrator'

export const migrations: readonly MigrationMeta[] = [
  {
    "sql": [
      "CREATE SCHEMA IF NOT EXISTS \"ingestion\";\n",
      "\nCREATE TABLE \"ingestion\".\"failed_document\" (\n\t\"task_id\" uuid NOT NULL,\n\t\"document_id\" bigint NOT NULL,\n\t\"status\" integer NOT NULL,\n\t\"reason\" json NOT NULL,\n\t\"body\" json NOT NULL,\n\t\"failed_at\" timestamp with time zone NOT NULL,\n\t\"resolved_at\" timestamp with time zone,\n\tCONSTRAINT \"failed_document_task_id_document_id_pk\" PRIMARY KEY(\"task_id\",\"document_id\")\n);\n",
      "\nCREATE TABLE \"ingestion\".\"index_record\" (\n\t\"uuid\" text PRIMARY KEY NOT NULL,\n\t\"name\" text NOT NULL,\n\t\"model\" text NOT NULL,\n\t\"documents\" bigint NOT NULL,\n\t\"as_of\" timestamp with time zone,\n\t\"task_id\" uuid NOT NULL,\n\t\"verified_at\" timestamp with time zone NOT NULL\n);\n",
      "\nCREATE TABLE \"ingestion\".\"reservation\" (\n\t\"index_name\" text PRIMARY KEY NOT NULL,\n\t\"task_id\" uuid NOT NULL\n);\n",
      "\nCREATE TABLE \"ingestion\".\"task\" (\n\t\"id\" uuid PRIMARY KEY NOT NULL,\n\t\"model\" text NOT NULL,\n\t\"action\" text NOT NULL,\n\t\"request\" json NOT NULL,\n\t\"status\" text DEFAULT 'queued' NOT NULL,\n\t\"phase\" text DEFAULT 'planning' NOT NULL,\n\t\"stage\" integer DEFAULT 0 NOT NULL,\n\t\"last_stage\" integer DEFAULT 0 NOT NULL,\n\t\"index_name\" text NOT NULL,\n\t\"reserve\" json NOT NULL,\n\t\"state\" json NOT NULL,\n\t\"read\" bigint DEFAULT 0 NOT NULL,\n\t\"indexed\" bigint DEFAULT 0 NOT NULL,\n\t\"dropped_deleted\" bigint DEFAULT 0 NOT NULL,\n\t\"dropped_removed_from_source\" bigint DEFAULT 0 NOT NULL,\n\t\"failed\" bigint DEFAULT 0 NOT NULL,\n\t\"catch_up_indexed\" bigint DEFAULT 0 NOT NULL,\n\t\"catch_up_deleted\" bigint DEFAULT 0 NOT NULL,\n\t\"catch_up_failed\" bigint DEFAULT 0 NOT NULL,\n\t\"planned\" bigint,\n\t\"attempt\" integer DEFAULT 1 NOT NULL,\n\t\"waiting\" json,\n\t\"error\" json,\n\t\"requested_by\" text,\n\t\"as_of\" timestamp with time zone,\n\t\"created_at\" timestamp with time zone DEFAULT now() NOT NULL,\n\t\"started_at\" timestamp with time zone,\n\t\"load_started_at\" timestamp with time zone,\n\t\"load_finished_at\" timestamp with time zone,\n\t\"finished_at\" timestamp with time zone,\n\t\"lease_until\" timestamp with time zone,\n\t\"lease_attempt\" integer DEFAULT 0 NOT NULL,\n\t\"worker\" text,\n\tCONSTRAINT \"task_status\" CHECK (\"ingestion\".\"task\".\"status\" in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),\n\tCONSTRAINT \"task_counts_balance\" CHECK (\"ingestion\".\"task\".\"read\" = \"ingestion\".\"task\".\"indexed\" + \"ingestion\".\"task\".\"dropped_deleted\" + \"ingestion\".\"task\".\"dropped_removed_from_source\" + \"ingestion\".\"task\".\"failed\")\n);\n",
      "\nCREATE TABLE \"ingestion\".\"work_item\" (\n\t\"task_id\" uuid NOT NULL,\n\t\"stage\" integer NOT NULL,\n\t\"ordinal\" integer NOT NULL,\n\t\"payload\" json,\n\t\"checkpoint\" json,\n\t\"result\" json,\n\t\"attempt\" integer DEFAULT 0 NOT NULL,\n\t\"lease_until\" timestamp with time zone,\n\t\"worker\" text,\n\t\"done_at\" timestamp with time zone,\n\tCONSTRAINT \"work_item_task_id_stage_ordinal_pk\" PRIMARY KEY(\"task_id\",\"stage\",\"ordinal\")\n);\n",
      "\nALTER TABLE \"ingestion\".\"failed_document\" ADD CONSTRAINT \"failed_document_task\" FOREIGN KEY (\"task_id\") REFERENCES \"ingestion\".\"task\"(\"id\") ON DELETE cascade ON UPDATE no action;",
      "\nALTER TABLE \"ingestion\".\"reservation\" ADD CONSTRAINT \"reservation_task\" FOREIGN KEY (\"task_id\") REFERENCES \"ingestion\".\"task\"(\"id\") ON DELETE cascade ON UPDATE no action;",
      "\nALTER TABLE \"ingestion\".\"work_item\" ADD CONSTRAINT \"work_item_task\" FOREIGN KEY (\"task_id\") REFERENCES \"ingestion\".\"task\"(\"id\") ON DELETE cascade ON UPDATE no action;",
      "\nCREATE INDEX \"reservation_of_task\" ON \"ingestion\".\"reservation\" USING btree (\"task_id\");",
      "\nCREATE INDEX \"task_newest\" ON \"ingestion\".\"task\" USING btree (\"created_at\",\"id\");",
      "\nCREATE INDEX \"task_model_newest\" ON \"ingestion\".\"task\" USING btree (\"model\",\"created_at\",\"id\");",
      "\nCREATE INDEX \"task_action_newest\" ON \"ingestion\".\"task\" USING btree (\"action\",\"created_at\",\"id\");",
      "\nCREATE INDEX \"task_status_newest\" ON \"ingestion\".\"task\" USING btree (\"status\",\"created_at\",\"id\");",
      "\nCREATE INDEX \"task_index_newest\" ON \"ingestion\".\"task\" USING btree (\"index_name\",\"created_at\",\"id\");",
      "\nCREATE INDEX \"task_active\" ON \"ingestion\".\"task\" USING btree (\"created_at\",\"id\") WHERE \"ingestion\".\"task\".\"status\" in ('queued', 'running');",
      "\nCREATE INDEX \"work_item_open\" ON \"ingestion\".\"work_item\" USING btree (\"task_id\",\"stage\",\"ordinal\") WHERE \"ingestion\".\"work_item\".\"done_at\" is null;"
    ],
    "bps": true,
    "folderMillis": 1795494274552,
    "hash": "4df523d6ffe42ecf26e6d37e557cced9996e322d333d875dbc6a686028adbea0"
  },
  {
    "sql": [
      "-- A running task's row and its items' rows are rewritten some times a second. With room in their pages the new\n-- version lies beside the old one and no index has to change (HOT update).\nALTER TABLE \"ingestion\".\"task\" SET (fillfactor = 70);\n",
      "\nALTER TABLE \"ingestion\".\"work_item\" SET (fillfactor = 70);\n"
    ],
    "bps": true,
    "folderMillis": 1795494543554,
    "hash": "25d247577e1eaadfdccd8e7402ee2523ece086faf11ba44fb88786cfadefeb52"
  },
  {
    "sql": [
      "CREATE TABLE \"ingestion\".\"alias_move\" (\n\t\"id\" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name \"ingestion\".\"alias_move_id_seq\" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),\n\t\"alias\" text NOT NULL,\n\t\"model\" text NOT NULL,\n\t\"moved_from\" json NOT NULL,\n\t\"moved_to\" json,\n\t\"task_id\" uuid NOT NULL,\n\t\"moved_at\" timestamp with time zone NOT NULL\n);\n",
      "\nALTER TABLE \"ingestion\".\"index_record\" ADD COLUMN \"filtered_from\" text;",
      "\nALTER TABLE \"ingestion\".\"index_record\" ADD COLUMN \"terms_hash\" text;",
      "\nCREATE INDEX \"alias_move_last\" ON \"ingestion\".\"alias_move\" USING btree (\"alias\",\"id\");",
      "\nCREATE INDEX \"alias_move_recent\" ON \"ingestion\".\"alias_move\" USING btree (\"model\",\"moved_at\");"
    ],
    "bps": true,
    "folderMillis": 1795496721214,
    "hash": "4ca65c2d0021d42a13d91a588d607031ac772b8f8710ad3de3cc172ab5c426b8"
  },
  {
    "sql": [
      "CREATE TABLE \"ingestion\".\"task_event\" (\n\t\"id\" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name \"ingestion\".\"task_event_id_seq\" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),\n\t\"task_id\" uuid NOT NULL,\n\t\"type\" text NOT NULL,\n\t\"at\" timestamp with time zone NOT NULL,\n\t\"phase\" text NOT NULL,\n\t\"attempt\" integer NOT NULL,\n\t\"data\" json NOT NULL\n);\n",
      "\nCREATE TABLE \"ingestion\".\"task_rate\" (\n\t\"task_id\" uuid NOT NULL,\n\t\"at\" timestamp with time zone NOT NULL,\n\t\"documents\" bigint NOT NULL,\n\tCONSTRAINT \"task_rate_task_id_at_pk\" PRIMARY KEY(\"task_id\",\"at\")\n);\n",
      "\nCREATE TABLE \"ingestion\".\"task_total\" (\n\t\"action\" text NOT NULL,\n\t\"status\" text NOT NULL,\n\t\"tasks\" bigint DEFAULT 0 NOT NULL,\n\t\"read\" bigint DEFAULT 0 NOT NULL,\n\t\"indexed\" bigint DEFAULT 0 NOT NULL,\n\t\"dropped_deleted\" bigint DEFAULT 0 NOT NULL,\n\t\"dropped_removed_from_source\" bigint DEFAULT 0 NOT NULL,\n\t\"failed\" bigint DEFAULT 0 NOT NULL,\n\t\"catch_up_indexed\" bigint DEFAULT 0 NOT NULL,\n\t\"catch_up_deleted\" bigint DEFAULT 0 NOT NULL,\n\t\"catch_up_failed\" bigint DEFAULT 0 NOT NULL,\n\tCONSTRAINT \"task_total_action_status_pk\" PRIMARY KEY(\"action\",\"status\")\n);\n",
      "\nALTER TABLE \"ingestion\".\"task\" ADD COLUMN \"initial_state\" json;",
      "\nALTER TABLE \"ingestion\".\"task\" ADD COLUMN \"result\" json;",
      "\nALTER TABLE \"ingestion\".\"task\" ADD COLUMN \"callback_url\" text;",
      "\nALTER TABLE \"ingestion\".\"task\" ADD COLUMN \"documents_per_second\" integer;",
      "\nALTER TABLE \"ingestion\".\"task\" ADD COLUMN \"in_flight\" integer;",
      "\nALTER TABLE \"ingestion\".\"task\" ADD COLUMN \"bound_by\" text;",
      "\nALTER TABLE \"ingestion\".\"task\" ADD COLUMN \"rate_seconds\" integer DEFAULT 5 NOT NULL;",
      "\nALTER TABLE \"ingestion\".\"task\" ADD COLUMN \"cancel_requested_at\" timestamp with time zone;",
      "\nALTER TABLE \"ingestion\".\"task\" ADD COLUMN \"keep_index\" boolean DEFAULT false NOT NULL;",
      "\nALTER TABLE \"ingestion\".\"task\" ADD COLUMN \"idempotency_key\" text;",
      "\nALTER TABLE \"ingestion\".\"task\" ADD COLUMN \"idempotency_fingerprint\" text;",
      "\nALTER TABLE \"ingestion\".\"work_item\" ADD COLUMN \"phase\" text DEFAULT 'loading' NOT NULL;",
      "\nALTER TABLE \"ingestion\".\"task_event\" ADD CONSTRAINT \"task_event_task\" FOREIGN KEY (\"task_id\") REFERENCES \"ingestion\".\"task\"(\"id\") ON DELETE cascade ON UPDATE no action;",
      "\nALTER TABLE \"ingestion\".\"task_rate\" ADD CONSTRAINT \"task_rate_task\" FOREIGN KEY (\"task_id\") REFERENCES \"ingestion\".\"task\"(\"id\") ON DELETE cascade ON UPDATE no action;",
      "\nCREATE INDEX \"task_event_of_task\" ON \"ingestion\".\"task_event\" USING btree (\"task_id\",\"id\");",
      "\nCREATE INDEX \"task_requester_newest\" ON \"ingestion\".\"task\" USING btree (\"requested_by\",\"created_at\",\"id\");",
      "\nCREATE UNIQUE INDEX \"task_idempotency_key\" ON \"ingestion\".\"task\" USING btree (\"idempotency_key\");",
      "\nINSERT INTO \"ingestion\".\"task_total\"\n\t(\"action\", \"status\", \"tasks\", \"read\", \"indexed\", \"dropped_deleted\", \"dropped_removed_from_source\", \"failed\", \"catch_up_indexed\", \"catch_up_deleted\", \"catch_up_failed\")\nSELECT \"action\", \"status\", count(*), sum(\"read\"), sum(\"indexed\"), sum(\"dropped_deleted\"), sum(\"dropped_removed_from_source\"), sum(\"failed\"), sum(\"catch_up_indexed\"), sum(\"catch_up_deleted\"), sum(\"catch_up_failed\")\nFROM \"ingestion\".\"task\" WHERE \"status\" not in ('queued', 'running') GROUP BY \"action\", \"status\";"
    ],
    "bps": true,
    "folderMillis": 1795562994537,
    "hash": "c7073268e0935e2f894ed783a4607b11128b0d7e17cc5b605f4da0c910796d03"
  },
  {
    "sql": [
      "ALTER TABLE \"ingestion\".\"task\" ADD COLUMN \"request_id\" text;",
      "\nALTER TABLE \"ingestion\".\"task\" ADD COLUMN \"lapses\" integer DEFAULT 0 NOT NULL;",
      "\nALTER TABLE \"ingestion\".\"work_item\" ADD COLUMN \"lapses\" integer DEFAULT 0 NOT NULL;"
    ],
    "bps": true,
    "folderMillis": 1795574152307,
    "hash": "ac7d3a28ffa3979cb7f6895998a2d48fc228666cb610ba46063ae65a3a754654"
  },
  {
    "sql": [
      "ALTER TABLE \"ingestion\".\"task\" DROP CONSTRAINT \"task_counts_balance\";",
      "\nALTER TABLE \"ingestion\".\"task\" ADD COLUMN \"dropped_sensitive\" bigint DEFAULT 0 NOT NULL;",
      "\nALTER TABLE \"ingestion\".\"task\" ADD COLUMN \"documents\" bigint;",
      "\nALTER TABLE \"ingestion\".\"task_total\" ADD COLUMN \"dropped_sensitive\" bigint DEFAULT 0 NOT NULL;",
      "\nALTER TABLE \"ingestion\".\"task\" ADD CONSTRAINT \"task_counts_balance\" CHECK (\"ingestion\".\"task\".\"read\" = \"ingestion\".\"task\".\"indexed\" + \"ingestion\".\"task\".\"dropped_deleted\" + \"ingestion\".\"task\".\"dropped_removed_from_source\" + \"ingestion\".\"task\".\"dropped_sensitive\" + \"ingestion\".\"task\".\"failed\");",
      "\n-- Tasks that have ended say what is true of them: rows whose failed documents were resolved are indexed,\nUPDATE \"ingestion\".\"task\" SET \"indexed\" = \"indexed\" + \"failed\" - \"unresolved\".\"documents\", \"failed\" = \"unresolved\".\"documents\", \"catch_up_failed\" = 0\nFROM (\n  SELECT \"task\".\"id\", count(\"failed_document\".\"task_id\") AS \"documents\"\n  FROM \"ingestion\".\"task\"\n  LEFT JOIN \"ingestion\".\"failed_document\" ON \"failed_document\".\"task_id\" = \"task\".\"id\" AND \"failed_document\".\"resolved_at\" IS NULL\n  WHERE \"task\".\"failed\" > 0 OR \"task\".\"catch_up_failed\" > 0\n  GROUP BY \"task\".\"id\"\n) AS \"unresolved\"\nWHERE \"unresolved\".\"id\" = \"task\".\"id\" AND \"task\".\"status\" NOT IN ('queued', 'running')\n  AND \"task\".\"indexed\" + \"task\".\"failed\" >= \"unresolved\".\"documents\";",
      "\n-- what was filtered out is not indexed,\nUPDATE \"ingestion\".\"task\" SET \"indexed\" = \"indexed\" - \"catch_up_deleted\", \"dropped_sensitive\" = \"catch_up_deleted\", \"catch_up_deleted\" = 0\nWHERE \"action\" = 'CREATE_AND_POPULATE_FILTERED_INDEX' AND \"status\" NOT IN ('queued', 'running') AND \"catch_up_deleted\" BETWEEN 1 AND \"indexed\";",
      "\n-- and so do their totals. All tasks there ever were are still in the table.\nUPDATE \"ingestion\".\"task_total\" SET \"indexed\" = \"ended\".\"indexed\", \"dropped_sensitive\" = \"ended\".\"dropped_sensitive\", \"failed\" = \"ended\".\"failed\", \"catch_up_deleted\" = \"ended\".\"catch_up_deleted\", \"catch_up_failed\" = \"ended\".\"catch_up_failed\"\nFROM (\n  SELECT \"action\", \"status\", sum(\"indexed\") AS \"indexed\", sum(\"dropped_sensitive\") AS \"dropped_sensitive\", sum(\"failed\") AS \"failed\", sum(\"catch_up_deleted\") AS \"catch_up_deleted\", sum(\"catch_up_failed\") AS \"catch_up_failed\"\n  FROM \"ingestion\".\"task\" GROUP BY \"action\", \"status\"\n) AS \"ended\"\nWHERE \"ended\".\"action\" = \"task_total\".\"action\" AND \"ended\".\"status\" = \"task_total\".\"status\";\n"
    ],
    "bps": true,
    "folderMillis": 1795829927648,
    "hash": "c13e73df7e8d5dc86034a40962e6d38e1cd1f10f1eff01b609297441779cc8e6"
  },
  {
    "sql": [
      "ALTER TABLE \"ingestion\".\"failed_document\" ADD COLUMN \"body_bytes\" integer;"
    ],
    "bps": true,
    "folderMillis": 1795832378483,
    "hash": "62a670d3d442980403590642caaf6ca1b6a1b9ec970117003b1aa8748a87af84"
  },
  {
    "sql": [
      "ALTER TABLE \"ingestion\".\"task\" ADD COLUMN \"left_out\" json;"
    ],
    "bps": true,
    "folderMillis": 1795834014408,
    "hash": "26f52401383306f04920b767cfacefaef516a06c5876ce6ad4bc630d2922e388"
  },
  {
    "sql": [
      "ALTER TABLE \"ingestion\".\"index_record\" ADD COLUMN \"mark\" json;"
    ],
    "bps": true,
    "folderMillis": 1795834789733,
    "hash": "d3231aa5e51f65f1b8bfcab8dcd7b9fd914888825f8bff9a67478a1991262ef1"
  },
  {
    "sql": [
      "CREATE TABLE \"ingestion\".\"leader\" (\n\t\"name\" text PRIMARY KEY NOT NULL,\n\t\"holder\" text NOT NULL,\n\t\"until\" timestamp with time zone NOT NULL\n);\n",
      "\nCREATE INDEX \"task_finished\" ON \"ingestion\".\"task\" USING btree (\"finished_at\") WHERE \"ingestion\".\"task\".\"finished_at\" is not null;"
    ],
    "bps": true,
    "folderMillis": 1795835313677,
    "hash": "ad18f04231cf1cd56926107a3ca29d9507d37991be41649aeb8a0fe81b792192"
  },
  {
    "sql": [
      "ALTER TABLE \"ingestion\".\"work_item\" ALTER COLUMN \"phase\" DROP DEFAULT;"
    ],
    "bps": true,
    "folderMillis": 1795892554324,
    "hash": "4077593b8b858c25dc346d2b21de63092cf686676d1c40567ffd711c4499aea7"
  },
  {
    "sql": [
      "DROP INDEX \"ingestion\".\"task_newest\";",
      "\nALTER TABLE \"ingestion\".\"task\" ADD COLUMN \"error_code\" text GENERATED ALWAYS AS (substring(error::text from '^.*\"code\":\"([^\"\\\\]+)\",\"title\":\"')) STORED;",
      "\nCREATE INDEX \"task_list\" ON \"ingestion\".\"task\" USING btree (\"created_at\",\"id\",\"status\",\"model\",\"action\",\"index_name\",\"requested_by\",\"error_code\",\"started_at\",\"finished_at\");",
      "\nCREATE INDEX \"task_kind_finished\" ON \"ingestion\".\"task\" USING btree (\"model\",\"action\",\"finished_at\",\"id\") WHERE \"ingestion\".\"task\".\"status\" = 'succeeded';",
      "\nCREATE INDEX \"task_failed\" ON \"ingestion\".\"task\" USING btree (\"error_code\",\"finished_at\",\"id\") WHERE \"ingestion\".\"task\".\"status\" = 'failed';"
    ],
    "bps": true,
    "folderMillis": 1795904030513,
    "hash": "43c521567f94f03dff9315a4fdec20d520cf64dfdb8c4c2c6c265679c5d67ac5"
  },
  {
    "sql": [
      "ALTER TABLE \"ingestion\".\"work_item\" ADD COLUMN \"started_at\" timestamp with time zone;",
      "\nALTER TABLE \"ingestion\".\"work_item\" ADD COLUMN \"progress_at\" timestamp with time zone;",
      "\nALTER TABLE \"ingestion\".\"task_rate\" ADD COLUMN \"bound_by\" text;"
    ],
    "bps": true,
    "folderMillis": 1795905307528,
    "hash": "7a06de8add3d32c1d47e0baed0233d8e814dc2460bde40076f3a63a7bf036976"
  },
  {
    "sql": [
      "-- The indices that are replaced go last: that blocks reads of the table until the commit, and creating others takes a while.\nCREATE INDEX \"task_search\" ON \"ingestion\".\"task\" USING btree (\"created_at\",\"id\",\"status\",\"model\",\"action\",\"index_name\",\"requested_by\",\"error_code\",\"started_at\",\"finished_at\",lower(\"index_name\" || chr(10) || coalesce(\"error_code\", '') || chr(10) || coalesce(\"requested_by\", '')));",
      "\nCREATE INDEX \"task_longest\" ON \"ingestion\".\"task\" USING btree (greatest(\"finished_at\" - \"started_at\", interval '0'),\"id\") WHERE \"ingestion\".\"task\".\"finished_at\" is not null;",
      "\nCREATE INDEX \"task_finished_last\" ON \"ingestion\".\"task\" USING btree (\"finished_at\",\"id\");",
      "\nCREATE INDEX \"task_failures\" ON \"ingestion\".\"task\" USING btree (\"error_code\",\"finished_at\",\"id\",\"created_at\",\"model\",\"action\",\"index_name\",\"requested_by\",lower(\"index_name\" || chr(10) || coalesce(\"error_code\", '') || chr(10) || coalesce(\"requested_by\", ''))) WHERE \"ingestion\".\"task\".\"status\" = 'failed';",
      "\nDROP INDEX \"ingestion\".\"task_list\";",
      "\nDROP INDEX \"ingestion\".\"task_finished\";",
      "\nDROP INDEX \"ingestion\".\"task_failed\";"
    ],
    "bps": true,
    "folderMillis": 1795933989738,
    "hash": "025905f52a10f499cdf8ec92699fe070ad93203e52f14892d1295e08e8bda8d7"
  }
]
