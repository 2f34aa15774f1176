import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DefaultTheme } from 'vitepress'

/** The lists of docs/README.md: a group for each heading, a link for each entry. */
export function readSidebar(): DefaultTheme.SidebarItem[] {
  const index = readFileSync(join(import.meta.dirname, '..', 'README.md'), 'utf8')
  const [, ...sections] = index.split(/^## /m)
  return sections.map((section) => ({
    text: section.slice(0, section.indexOf('\n')),
    items: Array.from(section.matchAll(/^- \[(.+?)\]\((.+?)\)/gm), ([, text = '', path = '']) => ({
      text,
      link: new URL(path.replace(/README\.md$/, '').replace(/\.md$/, ''), 'file:///docs/').pathname,
    })),
  }))
}
