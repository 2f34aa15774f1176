import type postgres from 'postgres'
import { readExpectedDocuments } from '../expected-documents.ts'
import { toSortable } from './sortable-time.ts'

/** The document of a row at one time; null without one: no row, dropped, or deleted. */
export type DocumentState = Readonly<Record<string, unknown>> | null

/** A committed transaction of the writers, in commit order. */
export interface Commit {
  /** Id of the transaction, as text. */
  xid: string
  /** The database's clock after the commit, ISO 8601 with microseconds. */
  committedBy: string
}

/**
 * Stores every version of every row of `image`, and of the two tables beside it, by triggers: the history of a
 * transaction is committed or rolled back with it, including savepoints.
 */
export async function createHistory(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    create table history (
      seq bigint generated always as identity primary key,
      xid xid8 not null default pg_current_xact_id(),
      relation text not null, id bigint, identifier uuid, version jsonb);
    create function keep_version() returns trigger language plpgsql as $$ begin
      if TG_OP <> 'INSERT' and (TG_OP = 'DELETE' or old.id <> new.id) then
        insert into history (relation, id) values ('image', old.id);
      end if;
      if TG_OP <> 'DELETE' then
        insert into history (relation, id, version) values ('image', new.id, to_jsonb(new));
      end if;
      return null;
    end $$;
    create function keep_entry() returns trigger language plpgsql as $$ begin
      if TG_OP = 'DELETE' then insert into history (relation, identifier) values (TG_TABLE_NAME, old.identifier);
      else insert into history (relation, identifier, version) values (TG_TABLE_NAME, new.identifier, '{}');
      end if;
      return null;
    end $$;
    create trigger keep after insert or update or delete on image for each row execute function keep_version();
    create trigger keep after insert or delete on api_deletedimage for each row execute function keep_entry();
    create trigger keep after insert or delete on api_matureimage for each row execute function keep_entry();
    create table states.image (like public.image);
    create table states.api_deletedimage (like public.api_deletedimage);
    create table states.api_matureimage (like public.api_matureimage);`)
}

export async function clearHistory(sql: postgres.Sql): Promise<void> {
  await sql`truncate history, image, api_deletedimage, api_matureimage,
    states.image, states.api_deletedimage, states.api_matureimage`
}

interface Version {
  xid: string
  relation: 'image' | 'api_deletedimage' | 'api_matureimage'
  id: string | null
  identifier: string | null
  /** JSON of the row; null: it is deleted. */
  version: string | null
}

/** The known state of a row at one time. */
interface RowState {
  row: string
  isDeleted: boolean
  isMature: boolean
}

/**
 * The allowed states of each document in an index that contains everything committed before
 * `asOf`: the one at that time, and all later ones. An earlier state is a missed change.
 *
 * @returns by `_id`, for every id that ever had a row
 */
export async function listAllowedStates(
  sql: postgres.Sql,
  commits: readonly Commit[],
  asOf: string,
): Promise<Map<string, DocumentState[]>> {
  const versions = await sql<Version[]>`
    select xid::text, relation, id::text, identifier::text, version::text from history order by seq`
  const timelines = replay(commits, versions, asOf)
  const states = [...timelines.values()].flat().filter((state) => state !== null)
  const documents = await writeDocuments(sql, states)
  return new Map(
    [...timelines].map(([id, timeline]) => [
      id,
      timeline.map((state) => (state ? (documents.get(state) ?? null) : null)),
    ]),
  )
}

/** The states of every id from `asOf` on. */
function replay(
  commits: readonly Commit[],
  versions: readonly Version[],
  asOf: string,
): Map<string, (RowState | null)[]> {
  const rows = new Map<string, { row: string; identifier: string }>()
  const byTransaction = Map.groupBy(versions, ({ xid }) => xid)
  const entries = { api_deletedimage: new Set<string>(), api_matureimage: new Set<string>() }
  const timelines = new Map<string, (RowState | null)[]>()
  const stateOf = (id: string): RowState | null => {
    const found = rows.get(id)
    if (found === undefined) return null
    const { row, identifier } = found
    return {
      row,
      isDeleted: entries.api_deletedimage.has(identifier),
      isMature: entries.api_matureimage.has(identifier),
    }
  }
  const end = toSortable(asOf)
  for (const { xid, committedBy } of commits) {
    const isSettled = toSortable(committedBy) <= end
    for (const { relation, id, identifier, version } of byTransaction.get(xid) ?? []) {
      if (relation === 'image') {
        if (version === null) rows.delete(String(id))
        else rows.set(String(id), { row: version, ...readIdentifier(version) })
        if (!timelines.has(String(id))) timelines.set(String(id), [null])
      } else if (version === null) entries[relation].delete(String(identifier))
      else entries[relation].add(String(identifier))
    }
    for (const [id, timeline] of timelines) {
      const state = stateOf(id)
      if (isSettled) timeline.splice(0, timeline.length, state)
      else if (!isSame(timeline.at(-1), state)) timeline.push(state)
    }
  }
  return timelines
}

function readIdentifier(row: string): { identifier: string } {
  const { identifier } = JSON.parse(row) as { identifier: string }
  return { identifier }
}

function isSame(a: RowState | null | undefined, b: RowState | null): boolean {
  return a?.row === b?.row && a?.isDeleted === b?.isDeleted && a?.isMature === b?.isMature
}

/** The documents of all states, computed by SQL: each state becomes a row with its own id. */
async function writeDocuments(
  sql: postgres.Sql,
  states: readonly RowState[],
): Promise<Map<RowState, DocumentState>> {
  const identifierOf = (position: number) => `00000000-0000-4000-8000-${String(position).padStart(12, '0')}`
  const listed = states.map(({ row, isDeleted, isMature }, position) => ({
    position,
    row,
    identifier: identifierOf(position),
    is_deleted: isDeleted,
    is_mature: isMature,
  }))
  const list = sql`json_to_recordset(${JSON.stringify(listed)}::text::json)
    as state (position int, row text, identifier uuid, is_deleted boolean, is_mature boolean)`
  // From a function in the list of columns, `.*` calls it once a column.
  await sql`insert into states.image select converted.* from ${list}
    cross join lateral jsonb_populate_record(null::public.image,
      row::jsonb || jsonb_build_object('id', position, 'identifier', state.identifier)) as converted`
  await sql`insert into states.api_deletedimage (identifier, created_on, updated_on)
    select identifier, now(), now() from ${list} where is_deleted`
  await sql`insert into states.api_matureimage (identifier, created_on)
    select identifier, now() from ${list} where is_mature`
  const { documents } = await readExpectedDocuments(sql, 'image', 'states')
  return new Map(
    states.map((state, position) => {
      const document = documents.get(String(position))
      const { id, identifier } = JSON.parse(state.row) as { id: number; identifier: string }
      return [state, document ? { ...document, id, identifier } : null]
    }),
  )
}
