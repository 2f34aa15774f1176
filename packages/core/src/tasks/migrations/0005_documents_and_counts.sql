ALTER TABLE "ingestion"."task" DROP CONSTRAINT "task_counts_balance";--> statement-breakpoint
ALTER TABLE "ingestion"."task" ADD COLUMN "dropped_sensitive" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "ingestion"."task" ADD COLUMN "documents" bigint;--> statement-breakpoint
ALTER TABLE "ingestion"."task_total" ADD COLUMN "dropped_sensitive" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "ingestion"."task" ADD CONSTRAINT "task_counts_balance" CHECK ("ingestion"."task"."read" = "ingestion"."task"."indexed" + "ingestion"."task"."dropped_deleted" + "ingestion"."task"."dropped_removed_from_source" + "ingestion"."task"."dropped_sensitive" + "ingestion"."task"."failed");--> statement-breakpoint
-- Tasks that have ended say what is true of them: rows whose failed documents were resolved are indexed,
UPDATE "ingestion"."task" SET "indexed" = "indexed" + "failed" - "unresolved"."documents", "failed" = "unresolved"."documents", "catch_up_failed" = 0
FROM (
  SELECT "task"."id", count("failed_document"."task_id") AS "documents"
  FROM "ingestion"."task"
  LEFT JOIN "ingestion"."failed_document" ON "failed_document"."task_id" = "task"."id" AND "failed_document"."resolved_at" IS NULL
  WHERE "task"."failed" > 0 OR "task"."catch_up_failed" > 0
  GROUP BY "task"."id"
) AS "unresolved"
WHERE "unresolved"."id" = "task"."id" AND "task"."status" NOT IN ('queued', 'running')
  AND "task"."indexed" + "task"."failed" >= "unresolved"."documents";--> statement-breakpoint
-- what was filtered out is not indexed,
UPDATE "ingestion"."task" SET "indexed" = "indexed" - "catch_up_deleted", "dropped_sensitive" = "catch_up_deleted", "catch_up_deleted" = 0
WHERE "action" = 'CREATE_AND_POPULATE_FILTERED_INDEX' AND "status" NOT IN ('queued', 'running') AND "catch_up_deleted" BETWEEN 1 AND "indexed";--> statement-breakpoint
-- and so do their totals. All tasks there ever were are still in the table.
UPDATE "ingestion"."task_total" SET "indexed" = "ended"."indexed", "dropped_sensitive" = "ended"."dropped_sensitive", "failed" = "ended"."failed", "catch_up_deleted" = "ended"."catch_up_deleted", "catch_up_failed" = "ended"."catch_up_failed"
FROM (
  SELECT "action", "status", sum("indexed") AS "indexed", sum("dropped_sensitive") AS "dropped_sensitive", sum("failed") AS "failed", sum("catch_up_deleted") AS "catch_up_deleted", sum("catch_up_failed") AS "catch_up_failed"
  FROM "ingestion"."task" GROUP BY "action", "status"
) AS "ended"
WHERE "ended"."action" = "task_total"."action" AND "ended"."status" = "task_total"."status";
