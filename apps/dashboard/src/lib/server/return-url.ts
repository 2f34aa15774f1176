import { route } from '../route.ts'

/** Proxies and servers may truncate or refuse longer URLs. */
const maxLength = 2_000
/** Forms whose fields may be in a URL, because their page reads them from it. */
const refillable = /^\/tasks\/new\/[a-z]+$/

/**
 * The page to open after signing in. If a form was posted after its session had expired, the URL contains its fields,
 * so that the page shows the filled form.
 */
export async function readReturnUrl(request: Request, url: URL): Promise<string> {
  if (request.method === 'GET' || request.method === 'HEAD')
    return route.signIn(`${url.pathname}${stripInternal(url)}`)
  if (!refillable.test(url.pathname)) return route.signIn(url.pathname)
  const form = await request.formData()
  const fields = new URLSearchParams()
  for (const [name, value] of form) {
    if (typeof value === 'string' && value !== '' && !name.startsWith('__')) fields.append(name, value)
  }
  const next = `${url.pathname}?${fields}`
  return route.signIn(next.length > maxLength ? url.pathname : next)
}

/** The query without Kit's internal parameters. */
function stripInternal(url: URL): string {
  const query = new URLSearchParams(
    [...url.searchParams].filter(([name]) => !name.startsWith('x-sveltekit-')),
  )
  return query.size === 0 ? '' : `?${query}`
}
