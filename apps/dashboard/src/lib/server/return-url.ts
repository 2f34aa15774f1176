import { route } from '../route.ts'

/** A URL that is longer may be cut or refused on its way. */
const maxLength = 2_000
/** Forms whose fields may stand in a URL, because the page reads them from there. */
const refillable = /^\/tasks\/new\/[a-z]+$/

/**
 * Where to go after signing in. If a form was posted after its session had expired, the URL contains its fields, so
 * that the page shows it filled as it was.
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

/** The query without what Kit adds to its own requests. */
function stripInternal(url: URL): string {
  const query = new URLSearchParams(
    [...url.searchParams].filter(([name]) => !name.startsWith('x-sveltekit-')),
  )
  return query.size === 0 ? '' : `?${query}`
}
