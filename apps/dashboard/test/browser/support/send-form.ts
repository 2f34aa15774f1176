import { password } from './open-browser.ts'

export type FormSender = ReturnType<typeof createFormSender>

/** Sends requests like the dashboard's own pages, without a browser. */
export function createFormSender(url: string) {
  const send = (path: string, contentType: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${url}${path}`, {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: { origin: url, accept: 'text/html', 'content-type': contentType, ...headers },
    })
  const post = (path: string, body: Record<string, string>, headers: Record<string, string> = {}) =>
    send(path, 'application/x-www-form-urlencoded', String(new URLSearchParams(body)), headers)
  return {
    send,
    post,
    /** @returns the cookie of a new session */
    signIn: async (name: string) => sessionOf(await post('/sign-in', { name, password })),
    /** @param setupUrl the link that the first start prints @returns the session cookie of ada, an admin */
    async setUp(setupUrl: string) {
      const { pathname, search } = new URL(setupUrl)
      return sessionOf(await post(`${pathname}${search}`, { name: 'ada', password, again: password }))
    },
  }
}

/** @throws Error if the response sets no session cookie */
function sessionOf(response: Response): string {
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '')
  const session = cookies.find((cookie) => cookie.startsWith('ingestion_session='))
  if (session === undefined) throw new Error(`no session: ${response.url} answers ${response.status}`)
  return session
}
