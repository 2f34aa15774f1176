import { errorTrace } from '@ingestion-server/core/database'
import { randomUUID } from 'node:crypto'
import { error, redirect } from '@sveltejs/kit'
import { writeLogLine } from '../host/output.js'
import { sequence, type Handle, type HandleServerError, type ServerInit } from '@sveltejs/kit/hooks'
import { describeIssue } from '@ingestion-server/core/contract'
import { z } from 'zod'
import { auth, findDatabaseFault, start } from '#lib/server/services.ts'
import { readSessionCookie } from '#lib/server/session-cookie.ts'
import { readReturnUrl } from '#lib/server/return-url.ts'
import { readTheme } from '#lib/theme.ts'

export const init: ServerInit = start

// Message for an invalid form field whose schema has no message.
z.config({ customError: describeIssue })

const publicPaths = new Set(['/sign-in', '/setup', '/theme', '/livez', '/readyz'])

const identify: Handle = async ({ event, resolve }) => {
  const { pathname } = event.url
  event.locals.user = null
  if (pathname === '/livez' || pathname === '/readyz') return resolve(event)
  const fault = await findDatabaseFault()
  if (fault !== null) error(503, fault)

  const isLive = pathname.startsWith('/live/')
  const secret = readSessionCookie(event)
  if (secret !== undefined) {
    event.locals.user = await auth.readSession(secret, { isUse: !isLive }).catch((cause: unknown) => {
      logError(randomUUID(), cause, event.url)
      error(503, 'The dashboard’s database did not respond.')
    })
  }
  if (event.locals.user === null && !publicPaths.has(pathname) && event.route.id !== null) {
    if (isLive) error(401, 'Sign in first.')
    redirect(303, await readReturnUrl(event.request, event.url))
  }
  return resolve(event)
}

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Responds with 415 to a changing request that is not a form, and with 400 to a form that can't be parsed or contains a
 * file: no form here has a file field, and an action can't return a file with the form's other values. It parses a
 * copy, because the action or endpoint reads the body again.
 */
const refuseMalformedForm: Handle = async ({ event, resolve }) => {
  const { method, headers } = event.request
  if (!safeMethods.has(method)) {
    if (!isForm(headers.get('content-type') ?? '')) error(415, 'Only forms are accepted.')
    const form = await event.request
      .clone()
      .formData()
      .catch((cause: unknown) => {
        if (cause instanceof TypeError)
          error(400, 'The form can’t be read. Reload the page and send it again.')
        // Kit's own errors are more specific, such as 413 for a body that is too large.
        throw cause
      })
    for (const [name, value] of form)
      if (typeof value !== 'string')
        error(400, `Field ${name} contains a file, which this form does not accept.`)
  }
  return resolve(event)
}

const isForm = (contentType: string) =>
  /^\s*(multipart\/form-data|application\/x-www-form-urlencoded)\s*(;|$)/i.test(contentType)

const addHeaders: Handle = async ({ event, resolve }) => {
  const theme = readTheme(event.cookies.get('theme'))
  const response = await resolve(event, {
    transformPageChunk: ({ html }) => html.replace('data-theme="%theme%"', `data-theme="${theme}"`),
    // The typeface too, so that the first text is not drawn twice.
    preload: ({ type, path }) =>
      type === 'js' || type === 'css' || (type === 'font' && path.includes('inter-latin-wght')),
  })
  response.headers.set('X-Frame-Options', 'DENY')
  // Also prevents the secret of a set-up link from reaching other sites.
  response.headers.set('Referrer-Policy', 'same-origin')
  response.headers.set('Cache-Control', 'no-store')
  if (event.url.protocol === 'https:') response.headers.set('Strict-Transport-Security', 'max-age=31536000')
  return response
}

export const handle = sequence(addHeaders, refuseMalformedForm, identify)

export const handleError: HandleServerError = ({ kind, error: cause, event }) => {
  if (kind !== 'unknown') return
  const id = randomUUID()
  logError(id, cause, event.url)
  return { message: 'The dashboard failed.', id }
}

function logError(id: string, cause: unknown, url: URL): void {
  writeLogLine(JSON.stringify({ level: 'error', id, path: url.pathname, error: errorTrace(cause) }))
}
