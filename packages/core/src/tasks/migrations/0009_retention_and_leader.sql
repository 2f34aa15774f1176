CREATE TABLE "ingestion"."leader" (
	"name" text PRIMARY KEY NOT NULL,
	"holder" text NOT NULL,
	"until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE INDEX "task_finished" ON "ingestion"."task" USING btree ("finished_at") WHERE "ingestion"."task"."finished_at" is not null;