/**
 * Moves the focus through the main links of a page's list: `j` to the next, `k` to the previous. A list marks them with
 * `data-row-link`, and Enter then opens the link.
 *
 * @returns whether the key moved the focus
 */
export function moveInList(key: string, page: Pick<Document, 'querySelectorAll' | 'activeElement'>): boolean {
  const step = key === 'j' ? 1 : key === 'k' ? -1 : undefined
  if (step === undefined) return false
  const links = [...page.querySelectorAll<HTMLElement>('[data-row-link]')]
  if (links.length === 0) return false
  const row = page.activeElement?.closest('tr, li')
  const at = links.findIndex((link) => link === page.activeElement || (row != null && row.contains(link)))
  const next = at === -1 ? 0 : Math.min(links.length - 1, Math.max(0, at + step))
  links[next]?.focus()
  links[next]?.scrollIntoView({ block: 'nearest' })
  return true
}
