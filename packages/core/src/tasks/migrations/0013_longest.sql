-- The indices that are replaced go last: that blocks reads of the table until the commit, and creating others takes a while.
CREATE INDEX "task_search" ON "ingestion"."task" USING btree ("created_at","id","status","model","action","index_name","requested_by","error_code","started_at","finished_at",lower("index_name" || chr(10) || coalesce("error_code", '') || chr(10) || coalesce("requested_by", '')));--> statement-breakpoint
CREATE INDEX "task_longest" ON "ingestion"."task" USING btree (greatest("finished_at" - "started_at", interval '0'),"id") WHERE "ingestion"."task"."finished_at" is not null;--> statement-breakpoint
CREATE INDEX "task_finished_last" ON "ingestion"."task" USING btree ("finished_at","id");--> statement-breakpoint
CREATE INDEX "task_failures" ON "ingestion"."task" USING btree ("error_code","finished_at","id","created_at","model","action","index_name","requested_by",lower("index_name" || chr(10) || coalesce("error_code", '') || chr(10) || coalesce("requested_by", ''))) WHERE "ingestion"."task"."status" = 'failed';--> statement-breakpoint
DROP INDEX "ingestion"."task_list";--> statement-breakpoint
DROP INDEX "ingestion"."task_finished";--> statement-breakpoint
DROP INDEX "ingestion"."task_failed";