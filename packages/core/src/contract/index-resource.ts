import { z } from 'zod'

/** An index of a model, as `GET /index/{name}` shows it. */
export const indexSchema = z.object({
  name: z.string(),
  uuid: z.string(),
  model: z.string(),
  /** The part of its name after `<model>-`. */
  suffix: z.string(),
  /** From its lineage; from its name only if it was created elsewhere. */
  filtered: z.boolean(),
  /** Aliases for searches; those of tasks are omitted. */
  aliases: z.array(z.string()),
  /** `closed`: it refuses searches and writes, and can only be opened or deleted. */
  state: z.enum(['open', 'closed']),
  documents: z.int().min(0),
  /**
   * Source of `documents`: `index`; `record`, the count when the index was verified, if it is closed or broken and
   * can't be counted; `unknown`: it can't be counted and has no record, so `documents` is 0.
   */
  documents_from: z.enum(['index', 'record', 'unknown']),
  /** Size of its primary shards. */
  bytes: z.int().min(0),
  health: z.enum(['green', 'yellow', 'red']),
  created_at: z.iso.datetime(),
  /** The task that built it; null: created elsewhere, or its task did not complete. */
  task_id: z.uuid().nullable(),
  verified: z.boolean(),
  verified_at: z.iso.datetime().nullable(),
  as_of: z.iso.datetime().nullable(),
  /** UUID of the index that it was filtered from, with a hash of the terms. */
  filtered_from: z.string().nullable(),
  terms_hash: z.string().nullable(),
  /** The active task that works on it. */
  reserved_by: z.uuid().nullable(),
})
export type Index = z.infer<typeof indexSchema>

/** `GET /index`: newest first for each model. */
export const indexListSchema = z.object({
  models: z.array(
    z.object({
      model: z.string(),
      /** How old the data behind its aliases may be (FRESHNESS_TARGETS); null: no target. */
      freshness_target_seconds: z.int().min(1).nullable(),
      aliases: z.array(
        z.object({
          alias: z.string(),
          indices: z.array(z.string()),
          /** Target of `POST /index/{alias}/rollback`; null: none. */
          previous: z.string().nullable(),
          /** The last recorded move and its task; null: none is recorded. */
          moved_at: z.iso.datetime().nullable(),
          task_id: z.uuid().nullable(),
        }),
      ),
      indices: z.array(indexSchema),
    }),
  ),
})
export type IndexList = z.infer<typeof indexListSchema>

/** `GET /stat/{name}`, kept for clients of a Python ingestion server. */
export const statSchema = z.object({
  exists: z.boolean(),
  is_alias: z.boolean().nullable(),
  /** For an alias its indices, for an index its aliases. */
  alt_names: z.array(z.string()).nullable(),
})
export type Stat = z.infer<typeof statSchema>
