-- A running task's row and its items' rows are rewritten some times a second. With room in their pages the new
-- version lies beside the old one and no index has to change (HOT update).
ALTER TABLE "ingestion"."task" SET (fillfactor = 70);
--> statement-breakpoint
ALTER TABLE "ingestion"."work_item" SET (fillfactor = 70);
