CREATE SCHEMA IF NOT EXISTS "ingestion";
--> statement-breakpoint
CREATE TABLE "ingestion"."failed_document" (
	"task_id" uuid NOT NULL,
	"document_id" bigint NOT NULL,
	"status" integer NOT NULL,
	"reason" json NOT NULL,
	"body" json NOT NULL,
	"failed_at" timestamp with time zone NOT NULL,
	"resolved_at" timestamp with time zone,
	CONSTRAINT "failed_document_task_id_document_id_pk" PRIMARY KEY("task_id","document_id")
);
--> statement-breakpoint
CREATE TABLE "ingestion"."index_record" (
	"uuid" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"model" text NOT NULL,
	"documents" bigint NOT NULL,
	"as_of" timestamp with time zone,
	"task_id" uuid NOT NULL,
	"verified_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ingestion"."reservation" (
	"index_name" text PRIMARY KEY NOT NULL,
	"task_id" uuid NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ingestion"."task" (
	"id" uuid PRIMARY KEY NOT NULL,
	"model" text NOT NULL,
	"action" text NOT NULL,
	"request" json NOT NULL,
	"status" text DEFAULT 'queued' NOT NULL,
	"phase" text DEFAULT 'planning' NOT NULL,
	"stage" integer DEFAULT 0 NOT NULL,
	"last_stage" integer DEFAULT 0 NOT NULL,
	"index_name" text NOT NULL,
	"reserve" json NOT NULL,
	"state" json NOT NULL,
	"read" bigint DEFAULT 0 NOT NULL,
	"indexed" bigint DEFAULT 0 NOT NULL,
	"dropped_deleted" bigint DEFAULT 0 NOT NULL,
	"dropped_removed_from_source" bigint DEFAULT 0 NOT NULL,
	"failed" bigint DEFAULT 0 NOT NULL,
	"catch_up_indexed" bigint DEFAULT 0 NOT NULL,
	"catch_up_deleted" bigint DEFAULT 0 NOT NULL,
	"catch_up_failed" bigint DEFAULT 0 NOT NULL,
	"planned" bigint,
	"attempt" integer DEFAULT 1 NOT NULL,
	"waiting" json,
	"error" json,
	"requested_by" text,
	"as_of" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"started_at" timestamp with time zone,
	"load_started_at" timestamp with time zone,
	"load_finished_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"lease_until" timestamp with time zone,
	"lease_attempt" integer DEFAULT 0 NOT NULL,
	"worker" text,
	CONSTRAINT "task_status" CHECK ("ingestion"."task"."status" in ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
	CONSTRAINT "task_counts_balance" CHECK ("ingestion"."task"."read" = "ingestion"."task"."indexed" + "ingestion"."task"."dropped_deleted" + "ingestion"."task"."dropped_removed_from_source" + "ingestion"."task"."failed")
);
--> statement-breakpoint
CREATE TABLE "ingestion"."work_item" (
	"task_id" uuid NOT NULL,
	"stage" integer NOT NULL,
	"ordinal" integer NOT NULL,
	"payload" json,
	"checkpoint" json,
	"result" json,
	"attempt" integer DEFAULT 0 NOT NULL,
	"lease_until" timestamp with time zone,
	"worker" text,
	"done_at" timestamp with time zone,
	CONSTRAINT "work_item_task_id_stage_ordinal_pk" PRIMARY KEY("task_id","stage","ordinal")
);
--> statement-breakpoint
ALTER TABLE "ingestion"."failed_document" ADD CONSTRAINT "failed_document_task" FOREIGN KEY ("task_id") REFERENCES "ingestion"."task"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ingestion"."reservation" ADD CONSTRAINT "reservation_task" FOREIGN KEY ("task_id") REFERENCES "ingestion"."task"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ingestion"."work_item" ADD CONSTRAINT "work_item_task" FOREIGN KEY ("task_id") REFERENCES "ingestion"."task"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "reservation_of_task" ON "ingestion"."reservation" USING btree ("task_id");--> statement-breakpoint
CREATE INDEX "task_newest" ON "ingestion"."task" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "task_model_newest" ON "ingestion"."task" USING btree ("model","created_at","id");--> statement-breakpoint
CREATE INDEX "task_action_newest" ON "ingestion"."task" USING btree ("action","created_at","id");--> statement-breakpoint
CREATE INDEX "task_status_newest" ON "ingestion"."task" USING btree ("status","created_at","id");--> statement-breakpoint
CREATE INDEX "task_index_newest" ON "ingestion"."task" USING btree ("index_name","created_at","id");--> statement-breakpoint
CREATE INDEX "task_active" ON "ingestion"."task" USING btree ("created_at","id") WHERE "ingestion"."task"."status" in ('queued', 'running');--> statement-breakpoint
CREATE INDEX "work_item_open" ON "ingestion"."work_item" USING btree ("task_id","stage","ordinal") WHERE "ingestion"."work_item"."done_at" is null;