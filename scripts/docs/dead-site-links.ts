import { readdir, readFile } from 'node:fs/promises'
import { join, posix, sep } from 'node:path'

/** Addresses that a browser loads by itself: they may not be on another host, because the site works offline. */
const loadedTags = /<(?:script|link|img|iframe|source)\b[^>]*?\s(?:src|href)="([^"]*)"/g
const links = /<a\b[^>]*?\shref="([^"]*)"/g
const ids = /\sid="([^"]*)"/g

/**
 * The links of a built site that lead to no file or to no heading, and what its pages load from other hosts.
 *
 * @param folder with an `.html` for each page
 * @returns a line for each, such as `docs/index.html: how-to/no-such-page.html does not exist`
 */
export async function findDeadSiteLinks(folder: string): Promise<string[]> {
  const files = (await readdir(folder, { recursive: true })).map((file) => file.split(sep).join('/'))
  const names = new Set(files)
  const pages = new Map<string, string>()
  for (const file of files.filter((name) => name.endsWith('.html')))
    pages.set(file, await readFile(join(folder, file), 'utf8'))
  const anchors = new Map(
    [...pages].map(([file, html]) => [file, new Set(captures(html, ids).map(unescapeHtml))] as const),
  )

  const problems: string[] = []
  for (const [page, html] of pages) {
    for (const url of captures(html, loadedTags)) {
      if (/^(https?:)?\/\//.test(url)) problems.push(`${page}: loads ${url} from another host`)
    }
    for (const href of captures(html, links)) {
      const problem = describeDeadLink(page, unescapeHtml(href), names, anchors)
      if (problem !== null) problems.push(`${page}: ${problem}`)
    }
  }
  return [...new Set(problems)]
}

function describeDeadLink(
  page: string,
  href: string,
  names: ReadonlySet<string>,
  anchors: ReadonlyMap<string, ReadonlySet<string>>,
): string | null {
  if (/^[a-z]+:/i.test(href)) return null
  const [path = '', anchor = ''] = href.split('#')
  const target =
    path === ''
      ? page
      : toFile(path.startsWith('/') ? path.slice(1) : posix.join(posix.dirname(page), path), names)
  if (!names.has(target)) return `${href} does not exist`
  if (anchor === '' || anchors.get(target)?.has(decodeURIComponent(anchor)) !== false) return null
  return `${href} has no such heading`
}

/** As a web server finds it: a folder's index.html, and `page` for `page.html`. */
function toFile(path: string, names: ReadonlySet<string>): string {
  const decoded = decodeURIComponent(path).replace(/^\.\//, '')
  if (decoded === '' || decoded.endsWith('/')) return `${decoded}index.html`
  return names.has(decoded) ? decoded : `${decoded}.html`
}

function captures(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), ([, found = '']) => found)
}

function unescapeHtml(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
