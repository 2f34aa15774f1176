import type { Cookies } from '@sveltejs/kit'

/** A view of the history that a browser has saved. */
export interface SavedView {
  name: string
  /** Query of its URL, with the question mark. */
  search: string
}

const cookieName = 'views'
const maxAgeSeconds = 365 * 86_400
const maxNameLength = 40
/** Browsers keep cookies of at most 4 kB, with the name and attributes. */
const maxCookieLength = 3_500

/** The views in the cookie; what is not one is left out, because a browser may send any text. */
export function readSavedViews(cookies: Pick<Cookies, 'get'>): SavedView[] {
  let value: unknown
  try {
    value = JSON.parse(cookies.get(cookieName) ?? '[]')
  } catch {
    return []
  }
  return Array.isArray(value) ? value.filter(isSavedView) : []
}

/**
 * Saves a view, in place of one with the same name.
 *
 * @returns what is wrong with it, as a sentence, or null
 */
export function saveView(
  cookies: Cookies,
  { name, search }: { name: unknown; search: unknown },
  isSecure: boolean,
): string | null {
  const text = typeof name === 'string' ? name.trim() : ''
  if (text === '' || text.length > maxNameLength)
    return `A view needs a name of 1 to ${maxNameLength} characters.`
  const view = { name: text, search }
  if (!isSavedView(view)) return 'This view cannot be saved.'
  const views = [...readSavedViews(cookies).filter((other) => other.name !== text), view]
  return write(cookies, views, isSecure) ? null : 'There is no place for another view: remove one first.'
}

export function removeView(cookies: Cookies, name: unknown, isSecure: boolean): void {
  write(
    cookies,
    readSavedViews(cookies).filter((view) => view.name !== name),
    isSecure,
  )
}

function write(cookies: Cookies, views: readonly SavedView[], isSecure: boolean): boolean {
  const value = JSON.stringify(views)
  if (encodeURIComponent(value).length > maxCookieLength) return false
  cookies.set(cookieName, value, {
    path: '/tasks',
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure,
    maxAge: maxAgeSeconds,
  })
  return true
}

function isSavedView(value: unknown): value is SavedView {
  if (typeof value !== 'object' || value === null) return false
  const { name, search } = value as Partial<Record<keyof SavedView, unknown>>
  return typeof name === 'string' && name !== '' && typeof search === 'string' && /^(\?.*)?$/.test(search)
}
