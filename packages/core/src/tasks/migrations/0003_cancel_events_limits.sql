CREATE TABLE "ingestion"."task_event" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "ingestion"."task_event_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"task_id" uuid NOT NULL,
	"type" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"phase" text NOT NULL,
	"attempt" integer NOT NULL,
	"data" json NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ingestion"."task_rate" (
	"task_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"documents" bigint NOT NULL,
	CONSTRAINT "task_rate_task_id_at_pk" PRIMARY KEY("task_id","at")
);
--> statement-breakpoint
CREATE TABLE "ingestion"."task_total" (
	"action" text NOT NULL,
	"status" text NOT NULL,
	"tasks" bigint DEFAULT 0 NOT NULL,
	"read" bigint DEFAULT 0 NOT NULL,
	"indexed" bigint DEFAULT 0 NOT NULL,
	"dropped_deleted" bigint DEFAULT 0 NOT NULL,
	"dropped_removed_from_source" bigint DEFAULT 0 NOT NULL,
	"failed" bigint DEFAULT 0 NOT NULL,
	"catch_up_indexed" bigint DEFAULT 0 NOT NULL,
	"catch_up_deleted" bigint DEFAULT 0 NOT NULL,
	"catch_up_failed" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "task_total_action_status_pk" PRIMARY KEY("action","status")
);
--> statement-breakpoint
ALTER TABLE "ingestion"."task" ADD COLUMN "initial_state" json;--> statement-breakpoint
ALTER TABLE "ingestion"."task" ADD COLUMN "result" json;--> statement-breakpoint
ALTER TABLE "ingestion"."task" ADD COLUMN "callback_url" text;--> statement-breakpoint
ALTER TABLE "ingestion"."task" ADD COLUMN "documents_per_second" integer;--> statement-breakpoint
ALTER TABLE "ingestion"."task" ADD COLUMN "in_flight" integer;--> statement-breakpoint
ALTER TABLE "ingestion"."task" ADD COLUMN "bound_by" text;--> statement-breakpoint
ALTER TABLE "ingestion"."task" ADD COLUMN "rate_seconds" integer DEFAULT 5 NOT NULL;--> statement-breakpoint
ALTER TABLE "ingestion"."task" ADD COLUMN "cancel_requested_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "ingestion"."task" ADD COLUMN "keep_index" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "ingestion"."task" ADD COLUMN "idempotency_key" text;--> statement-breakpoint
ALTER TABLE "ingestion"."task" ADD COLUMN "idempotency_fingerprint" text;--> statement-breakpoint
ALTER TABLE "ingestion"."work_item" ADD COLUMN "phase" text DEFAULT 'loading' NOT NULL;--> statement-breakpoint
ALTER TABLE "ingestion"."task_event" ADD CONSTRAINT "task_event_task" FOREIGN KEY ("task_id") REFERENCES "ingestion"."task"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ingestion"."task_rate" ADD CONSTRAINT "task_rate_task" FOREIGN KEY ("task_id") REFERENCES "ingestion"."task"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "task_event_of_task" ON "ingestion"."task_event" USING btree ("task_id","id");--> statement-breakpoint
CREATE INDEX "task_requester_newest" ON "ingestion"."task" USING btree ("requested_by","created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "task_idempotency_key" ON "ingestion"."task" USING btree ("idempotency_key");--> statement-breakpoint
INSERT INTO "ingestion"."task_total"
	("action", "status", "tasks", "read", "indexed", "dropped_deleted", "dropped_removed_from_source", "failed", "catch_up_indexed", "catch_up_deleted", "catch_up_failed")
SELECT "action", "status", count(*), sum("read"), sum("indexed"), sum("dropped_deleted"), sum("dropped_removed_from_source"), sum("failed"), sum("catch_up_indexed"), sum("catch_up_deleted"), sum("catch_up_failed")
FROM "ingestion"."task" WHERE "status" not in ('queued', 'running') GROUP BY "action", "status";