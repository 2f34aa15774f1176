ALTER TABLE "ingestion"."work_item" ADD COLUMN "started_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "ingestion"."work_item" ADD COLUMN "progress_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "ingestion"."task_rate" ADD COLUMN "bound_by" text;