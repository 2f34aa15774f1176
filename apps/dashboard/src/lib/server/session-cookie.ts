import type { RequestEvent } from '@sveltejs/kit'
import type { NewSession } from './auth/index.ts'

const name = 'ingestion_session'

export const readSessionCookie = ({ cookies }: RequestEvent) => cookies.get(name)

export function setSessionCookie(
  { cookies, url }: RequestEvent,
  { secret, maxAgeSeconds }: NewSession,
): void {
  cookies.set(name, secret, {
    path: '/',
    httpOnly: true,
    // A link from elsewhere opens the page signed in, a form from elsewhere is not signed in.
    sameSite: 'lax',
    secure: url.protocol === 'https:',
    maxAge: maxAgeSeconds,
  })
}

export function deleteSessionCookie({ cookies, url }: RequestEvent): void {
  cookies.delete(name, { path: '/', secure: url.protocol === 'https:' })
}
