import { redirect, type RequestEvent } from '@sveltejs/kit'
import { localPath } from '#lib/route.ts'
import { readTheme } from '#lib/theme.ts'

const maxAgeSeconds = 365 * 86_400

export async function POST({ request, cookies, url }: RequestEvent) {
  const form = await request.formData()
  const theme = readTheme(form.get('theme'))
  cookies.set('theme', theme, {
    path: '/',
    httpOnly: false,
    sameSite: 'lax',
    secure: url.protocol === 'https:',
    maxAge: maxAgeSeconds,
  })
  redirect(303, localPath(form.get('next')))
}
