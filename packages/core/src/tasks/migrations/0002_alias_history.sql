CREATE TABLE "ingestion"."alias_move" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "ingestion"."alias_move_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"alias" text NOT NULL,
	"model" text NOT NULL,
	"moved_from" json NOT NULL,
	"moved_to" json,
	"task_id" uuid NOT NULL,
	"moved_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "ingestion"."index_record" ADD COLUMN "filtered_from" text;--> statement-breakpoint
ALTER TABLE "ingestion"."index_record" ADD COLUMN "terms_hash" text;--> statement-breakpoint
CREATE INDEX "alias_move_last" ON "ingestion"."alias_move" USING btree ("alias","id");--> statement-breakpoint
CREATE INDEX "alias_move_recent" ON "ingestion"."alias_move" USING btree ("model","moved_at");