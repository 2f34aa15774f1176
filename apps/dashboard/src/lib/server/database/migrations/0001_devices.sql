CREATE TABLE "dashboard"."device" (
	"id" text NOT NULL,
	"user_id" text NOT NULL,
	"last_used_at" timestamp with time zone NOT NULL,
	CONSTRAINT "device_id_user_id_pk" PRIMARY KEY("id","user_id")
);
--> statement-breakpoint
ALTER TABLE "dashboard"."audit" ADD COLUMN "times" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "dashboard"."audit" ADD COLUMN "last_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "dashboard"."audit" ADD COLUMN "repeat_key" text;--> statement-breakpoint
ALTER TABLE "dashboard"."device" ADD CONSTRAINT "device_user_id_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "dashboard"."user"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "device_user" ON "dashboard"."device" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "audit_undone" ON "dashboard"."audit" USING btree ("actor","id") WHERE "dashboard"."audit"."outcome" <> 'done';--> statement-breakpoint
CREATE UNIQUE INDEX "audit_repeat" ON "dashboard"."audit" USING btree ("repeat_key");--> statement-breakpoint
CREATE INDEX "throttle_window" ON "dashboard"."throttle" USING btree ("window_started_at");