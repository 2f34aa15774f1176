import type { RequestEvent } from '@sveltejs/kit'
import { deviceLifetimeSeconds, type FormerCookies, type NewSession, type SignedIn } from './auth/index.ts'

const name = 'ingestion_session'
/** Shows that a user has signed in with this browser before; it grants no access. */
const deviceName = 'ingestion_device'
/** The only page that reads the device cookie. */
const devicePath = '/sign-in'

export const readSessionCookie = ({ cookies }: RequestEvent) => cookies.get(name)

export function setSessionCookie(
  { cookies, url }: RequestEvent,
  { secret, maxAgeSeconds }: NewSession,
): void {
  cookies.set(name, secret, {
    path: '/',
    httpOnly: true,
    // Sent with links from other sites, but not with their forms.
    sameSite: 'lax',
    secure: url.protocol === 'https:',
    maxAge: maxAgeSeconds,
  })
}

export function readSignInCookies({ cookies }: RequestEvent): FormerCookies {
  return { session: cookies.get(name), device: cookies.get(deviceName) }
}

export function setSignInCookies(event: RequestEvent, signedIn: SignedIn): void {
  setSessionCookie(event, signedIn)
  event.cookies.set(deviceName, signedIn.deviceSecret, {
    path: devicePath,
    httpOnly: true,
    sameSite: 'lax',
    secure: event.url.protocol === 'https:',
    maxAge: deviceLifetimeSeconds,
  })
}

export function deleteSessionCookie({ cookies, url }: RequestEvent): void {
  cookies.delete(name, { path: '/', secure: url.protocol === 'https:' })
}
