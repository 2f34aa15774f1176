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
-- An owner who is no superuser could not give it schemas otherwise.
grant ingestion_tasks to current_user;

-- Part 2: in each database

-- The catalog is read, never changed. Other models: their table, api_deleted<model> and api_mature<model>.
grant usage on schema public to ingestion_catalog;
grant select on public.image, public.api_deletedimage, public.api_matureimage to ingestion_catalog;
grant select on public.audio, public.api_deletedaudio, public.api_matureaudio to ingestion_catalog;

-- Tasks, their queue and the dashboard's users: the role owns these schemas, and may make no others.
create schema ingestion authorization ingestion_tasks;
create schema ingestion_queue authorization ingestion_tasks;
create schema dashboard authorization ingestion_tasks;
