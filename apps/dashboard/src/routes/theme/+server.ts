import { redirect, type RequestEvent } from '@sveltejs/kit'
import { localPath } from '#lib/route.ts'
import { readTheme, readTimeStyle } from '#lib/theme.ts'

const maxAgeSeconds = 365 * 86_400

/** Stores how the pages look to this browser: their colours, or their times. */
export async function POST({ request, cookies, url }: RequestEvent) {
  const form = await request.formData()
  const set = (name: string, value: string) =>
    cookies.set(name, value, {
      path: '/',
      httpOnly: false,
      sameSite: 'lax',
      secure: url.protocol === 'https:',
      maxAge: maxAgeSeconds,
    })
  if (form.has('times')) set('times', readTimeStyle(form.get('times')))
  else set('theme', readTheme(form.get('theme')))
  redirect(303, localPath(form.get('next')))
}
