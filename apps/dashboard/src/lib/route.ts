import type { ActionCommand } from '@ingestion-server/core/actions'
import type { ActionName, TaskStatus } from '@ingestion-server/sdk'

/** Filter and page of the history. Stored in the URL, so that a view can be shared. */
export interface TaskView {
  model?: string | undefined
  action?: ActionName | undefined
  status?: TaskStatus | undefined
  index?: string | undefined
  requestedBy?: string | undefined
  /** Token of the page; absent for the first one. */
  page?: string | undefined
}

/** The slug of an action in a URL. */
export type ActionSlug = ActionCommand

/** Every link within the dashboard. */
export const route = {
  home: () => '/',
  tasks: (view: TaskView = {}) =>
    withQuery('/tasks', {
      model: view.model,
      action: view.action,
      status: view.status,
      index: view.index,
      requested_by: view.requestedBy,
      page: view.page,
    }),
  task: (id: string) => `/tasks/${encodeURIComponent(id)}`,
  newTask: () => '/tasks/new',
  newTaskForm: (slug: ActionSlug, fields: Record<string, string | undefined> = {}) =>
    withQuery(`/tasks/new/${slug}`, fields),
  indices: () => '/indices',
  users: () => '/users',
  tokens: () => '/tokens',
  audit: (query: { actor?: string | undefined; before?: number | undefined } = {}) =>
    withQuery('/audit', { actor: query.actor, before: query.before?.toString() }),
  account: () => '/account',
  signIn: (next?: string) => withQuery('/sign-in', { next }),
  signOut: () => '/sign-out',
  setup: (token?: string) => withQuery('/setup', { token }),
  theme: () => '/theme',
  live: {
    tasks: (search: string) => `/live/tasks${search}`,
    task: (id: string) => `/live/tasks/${encodeURIComponent(id)}`,
    taskStream: (id: string) => `/live/tasks/${encodeURIComponent(id)}/stream`,
    indices: () => '/live/indices',
  },
} as const

/** Omits undefined and empty values. */
function withQuery(path: string, values: Record<string, string | undefined>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) if (value) query.set(name, value)
  return query.size === 0 ? path : `${path}?${query}`
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
