import { z } from 'zod'

const json = z.record(z.string(), z.unknown())

/** A shard of an index. */
export const shardSchema = z.object({
  shard: z.int().min(0),
  primary: z.boolean(),
  /** As OpenSearch names it: `STARTED`, `INITIALIZING`, `RELOCATING` or `UNASSIGNED`. */
  state: z.string(),
  /** Name of its node; null: none, or the OpenSearch role may not see it. */
  node: z.string().nullable(),
  /** Null: not started. */
  documents: z.int().min(0).nullable(),
  bytes: z.int().min(0).nullable(),
})
export type Shard = z.infer<typeof shardSchema>

/** `GET /index/{name}/details`. Field names of mappings and settings are those of OpenSearch. */
export const indexDetailsSchema = z.object({
  mappings: json,
  /** By full name without `index.`. */
  settings: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  /**
   * The index behind the alias of its kind, `<model>` or `<model>-filtered`, and how its mappings and settings differ;
   * null if it is that index itself, or if there is none.
   */
  compared_with: z
    .object({
      index: z.string(),
      differences: z.array(
        z.object({
          /** Such as `mappings.properties.title.type` or `settings.number_of_shards`. */
          path: z.string(),
          /** Null: absent. */
          here: z.unknown(),
          there: z.unknown(),
        }),
      ),
    })
    .nullable(),
  /** By number, each with the primary first. */
  shards: z.array(shardSchema),
})
export type IndexDetails = z.infer<typeof indexDetailsSchema>
