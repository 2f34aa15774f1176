import type { ActionCommand } from '@ingestion-server/core/actions'
import type { ActionName, TaskSort, TaskStatus } from '@ingestion-server/sdk'

/** Time ranges of the history, by the hours that they reach back. */
export const timeRanges = { '1h': 1, '24h': 24, '7d': 7 * 24, '30d': 30 * 24 } as const
export type TimeRange = keyof typeof timeRanges

/** Filter, order and page of the history. Stored in the URL, so that a view can be shared. */
export interface TaskView {
  /** Text of the search box. */
  q?: string | undefined
  /** A tab; a status in `q` takes precedence. */
  status?: TaskStatus | undefined
  since?: TimeRange | undefined
  /** Default: newest. */
  sort?: TaskSort | undefined
  /** Token of the page; absent for the first one. */
  page?: string | undefined
  /** For links: the page makes terms of `q` of these. */
  model?: string | undefined
  action?: ActionName | undefined
  index?: string | undefined
  requestedBy?: string | undefined
}

/** Filter of the audit log, as texts of its form; dates as `2026-11-28`, UTC. */
export interface AuditView {
  actor?: string | undefined
  action?: string | undefined
  outcome?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

/** The slug of an action in a URL. */
export type ActionSlug = ActionCommand

/** Every link within the dashboard. */
export const route = {
  home: () => '/',
  tasks: (view: TaskView = {}) =>
    withQuery('/tasks', {
      q: view.q,
      since: view.since,
      sort: view.sort,
      model: view.model,
      action: view.action,
      status: view.status,
      index: view.index,
      requested_by: view.requestedBy,
      page: view.page,
    }),
  task: (id: string) => `/tasks/${encodeURIComponent(id)}`,
  failedDocuments: (id: string) => `/tasks/${encodeURIComponent(id)}/failed-documents`,
  newTask: () => '/tasks/new',
  newTaskForm: (slug: ActionSlug, fields: Record<string, string | undefined> = {}) =>
    withQuery(`/tasks/new/${slug}`, fields),
  indices: () => '/indices',
  /** @param search words to search its documents for, and an id to look up */
  index: (name: string, search: { q?: string | undefined; id?: string | undefined } = {}) =>
    withQuery(`/indices/${encodeURIComponent(name)}`, search),
  /** @param name of a user whose row is marked */
  users: (name?: string) => `/users${toFragment('user', name)}`,
  /** @param id of a token whose row is marked */
  tokens: (id?: string) => `/tokens${toFragment('token', id)}`,
  audit: ({ before, ...view }: AuditView & { before?: number | undefined } = {}) =>
    withQuery('/audit', { ...view, before: before?.toString() }),
  auditExport: (format: 'csv' | 'ndjson', view: AuditView) => withQuery('/audit/export', { ...view, format }),
  account: () => '/account',
  signIn: (next?: string) => withQuery('/sign-in', { next }),
  signOut: () => '/sign-out',
  setup: (token?: string) => withQuery('/setup', { token }),
  theme: () => '/theme',
  live: {
    overview: () => '/live/overview',
    tasks: (search: string) => `/live/tasks${search}`,
    task: (id: string) => `/live/tasks/${encodeURIComponent(id)}`,
    taskStream: (id: string) => `/live/tasks/${encodeURIComponent(id)}/stream`,
    indices: () => '/live/indices',
    pulse: () => '/live/pulse',
    find: (text: string) => withQuery('/live/find', { q: text.trim() }),
  },
} as const

/** The element id of a row. */
export const rowId = (kind: 'user' | 'token', name: string) => `${kind}-${name}`

const toFragment = (kind: 'user' | 'token', name: string | undefined) =>
  name === undefined ? '' : `#${encodeURIComponent(rowId(kind, name))}`

/** Omits undefined and empty values. */
function withQuery(path: string, values: Record<string, string | undefined>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) if (value) query.set(name, value)
  return query.size === 0 ? path : `${path}?${query}`
}

/** The same page, reloading itself regularly where JavaScript is off, or not. */
export function withReload({ pathname, search }: Pick<URL, 'pathname' | 'search'>, reloads: boolean): string {
  const query = new URLSearchParams(search)
  if (reloads) query.delete('reload')
  else query.set('reload', 'off')
  return query.size === 0 ? pathname : `${pathname}?${query}`
}

/**
 * The query of a page, without the question mark, for links and forms that come back to it: without the name of a
 * form's action, and without other names.
 */
export function pageQuery({ search }: Pick<URL, 'search'>, ...omitted: string[]): string {
  const query = new URLSearchParams(search)
  for (const name of [...query.keys()]) if (name.startsWith('/') || omitted.includes(name)) query.delete(name)
  return query.toString()
}

/** A path of this dashboard from a URL's query, or the first page: a link must not redirect to another site. */
export function localPath(path: unknown): string {
  const base = 'http://here.invalid'
  if (typeof path !== 'string' || !path.startsWith('/') || !URL.canParse(path, base)) return route.home()
  const url = new URL(path, base)
  // `//elsewhere`, `/\elsewhere` and the like are parsed as other origins. `/.//elsewhere` becomes `//elsewhere`, which
  // is another origin when it is parsed again.
  const isHere = url.origin === base && !url.pathname.startsWith('//')
  return isHere ? `${url.pathname}${url.search}` : route.home()
}
