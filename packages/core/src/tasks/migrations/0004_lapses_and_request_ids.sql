ALTER TABLE "ingestion"."task" ADD COLUMN "request_id" text;--> statement-breakpoint
ALTER TABLE "ingestion"."task" ADD COLUMN "lapses" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "ingestion"."work_item" ADD COLUMN "lapses" integer DEFAULT 0 NOT NULL;