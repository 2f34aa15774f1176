DROP INDEX "ingestion"."task_newest";--> statement-breakpoint
ALTER TABLE "ingestion"."task" ADD COLUMN "error_code" text GENERATED ALWAYS AS (substring(error::text from '^.*"code":"([^"\\]+)","title":"')) STORED;--> statement-breakpoint
CREATE INDEX "task_list" ON "ingestion"."task" USING btree ("created_at","id","status","model","action","index_name","requested_by","error_code","started_at","finished_at");--> statement-breakpoint
CREATE INDEX "task_kind_finished" ON "ingestion"."task" USING btree ("model","action","finished_at","id") WHERE "ingestion"."task"."status" = 'succeeded';--> statement-breakpoint
CREATE INDEX "task_failed" ON "ingestion"."task" USING btree ("error_code","finished_at","id") WHERE "ingestion"."task"."status" = 'failed';