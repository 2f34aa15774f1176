import { z } from 'zod'

/** An index of a model, as `GET /index/{name}` shows it. */
export const indexSchema = z.object({
  name: z.string(),
  uuid: z.string(),
  model: z.string(),
  /** What follows `<model>-` in its name. */
  suffix: z.string(),
  /** By its lineage; by its name only for one that was made elsewhere. */
  filtered: z.boolean(),
  /** Aliases that searches use; those of tasks are left out. */
  aliases: z.array(z.string()),
  /** `closed`: it takes no search and no write; nothing can be done with it but to open or to delete it. */
  state: z.enum(['open', 'closed']),
  documents: z.int().min(0),
  /**
   * Where `documents` comes from: `index`; `record`, as it was when it was verified, for an index that can't be counted
   * as it is closed or broken; `unknown`: it can't be counted and no record has it, so `documents` is 0.
   */
  documents_from: z.enum(['index', 'record', 'unknown']),
  /** Of its primary shards. */
  bytes: z.int().min(0),
  health: z.enum(['green', 'yellow', 'red']),
  created_at: z.iso.datetime(),
  /** The task that built it; null: made elsewhere, or its task did not come to its end. */
  task_id: z.uuid().nullable(),
  verified: z.boolean(),
  verified_at: z.iso.datetime().nullable(),
  as_of: z.iso.datetime().nullable(),
  /** UUID of the index that it was filtered from, and a hash of the terms. */
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
      aliases: z.array(
        z.object({
          alias: z.string(),
          indices: z.array(z.string()),
          /** Where `POST /index/{alias}/rollback` would point it; null: nowhere. */
          previous: z.string().nullable(),
        }),
      ),
      indices: z.array(indexSchema),
    }),
  ),
})
export type IndexList = z.infer<typeof indexListSchema>

/** `GET /stat/{name}`, kept for callers of the existing server. */
export const statSchema = z.object({
  exists: z.boolean(),
  is_alias: z.boolean().nullable(),
  /** Of an alias its indices, of an index its aliases. */
  alt_names: z.array(z.string()).nullable(),
})
export type Stat = z.infer<typeof statSchema>
