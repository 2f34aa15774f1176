import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { defineConfig } from 'vitepress'
import { readSidebar } from './sidebar.ts'

/** Files that pages link to beside other pages. Vite bundles the pictures. */
const linkedFiles = ['docs/postgres-roles.sql', 'docs/opensearch-role.json', 'LICENSE']
// Links to them are not links to pages.
process.env['VITE_EXTRA_EXTENSIONS'] = 'sql'
/** On GitHub, a folder shows its README.md; on the site, its index.html. */
const toIndex = (path: string) => path.replace(/(^|\/)README\.md(?=$|#)/, '$1index.md')

/**
 * The site has the folders of the repository, so a relative link works in both. `npm run docs` builds it into
 * docs/.vitepress/dist. It needs no other host: the search index is a file of the site.
 */
export default defineConfig({
  title: 'Ingestion server',
  description: 'Builds OpenSearch indices from a media catalog in Postgres.',
  lang: 'en',
  srcDir: '..',
  srcExclude: ['!(deploy|docs|packages)/**/*'],
  // Those of the examples. scripts/docs/dead-site-links.ts also checks headings.
  ignoreDeadLinks: 'localhostLinks',
  rewrites: toIndex,
  cacheDir: '../node_modules/.cache/vitepress',
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      { text: 'Tutorial', link: '/docs/tutorial/first-index' },
      { text: 'How-to', link: '/docs/how-to/deploy' },
      { text: 'Reference', link: '/docs/reference/http-api' },
      { text: 'Explanation', link: '/docs/explanation/guarantees' },
    ],
    sidebar: readSidebar(),
  },
  markdown: {
    config(markdown) {
      markdown.core.ruler.push('readme-links', ({ tokens }) => {
        for (const { children } of tokens) {
          for (const token of children ?? []) {
            const href = token.attrGet('href')
            if (token.type === 'link_open' && href !== null) token.attrSet('href', toIndex(href))
          }
        }
      })
    },
  },
  async buildEnd({ outDir, srcDir }) {
    for (const file of linkedFiles) await cp(join(srcDir, file), join(outDir, file))
  },
})
