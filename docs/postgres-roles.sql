-- Two roles with no more rights than the product needs. Run this in the database of the catalog, as a superuser, or as
-- the owner of the database and the catalog's tables with CREATEROLE, then give both roles a password (\password in psql).
--
--   DATABASE_URL=postgres://ingestion_catalog:…@host/catalog
--   TASKS_DATABASE_URL=postgres://ingestion_tasks:…@host/catalog
--
-- The dashboard's DATABASE_URL may use ingestion_tasks too. Where tasks are kept in another database, run the second part
-- there, without the lines for the catalog.

-- Part 1: once in a cluster

create role ingestion_catalog login;
create role ingestion_tasks login;
-- Otherwise an owner who is not a superuser could not give it schemas.
grant ingestion_tasks to current_user;

-- Part 2: in each database

-- The catalog is read, never changed. Other models: their table, api_deleted<model> and api_mature<model>.
grant usage on schema public to ingestion_catalog;
grant select on public.image, public.api_deletedimage, public.api_matureimage to ingestion_catalog;
grant select on public.audio, public.api_deletedaudio, public.api_matureaudio to ingestion_catalog;

-- Tasks, their queue and the dashboard's users: the role owns these schemas, and may make no others.
create schema if not exists ingestion authorization ingestion_tasks;
create schema if not exists ingestion_queue authorization ingestion_tasks;
create schema if not exists dashboard authorization ingestion_tasks;

-- What another role has made there before, such as a superuser that the server was tried with, becomes the role's.
do $$
declare
  statement text;
begin
  for statement in
    select format('alter schema %I owner to ingestion_tasks', nspname) from pg_namespace
      where nspname in ('ingestion', 'ingestion_queue', 'dashboard')
    union all
    select format('alter %s %s owner to ingestion_tasks', case relkind when 'v' then 'view' else 'table' end, oid::regclass)
      from pg_class
      where relkind in ('r', 'p', 'v') and relnamespace::regnamespace::text in ('ingestion', 'ingestion_queue', 'dashboard')
    union all
    select format('alter type %s owner to ingestion_tasks', oid::regtype) from pg_type
      where typtype = 'e' and typnamespace::regnamespace::text in ('ingestion', 'ingestion_queue', 'dashboard')
    union all
    select format('alter routine %s owner to ingestion_tasks', oid::regprocedure) from pg_proc
      where pronamespace::regnamespace::text in ('ingestion', 'ingestion_queue', 'dashboard')
  loop
    execute statement;
  end loop;
end $$;
