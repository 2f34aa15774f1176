import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { build } from 'vitepress'
import { findDeadSiteLinks } from './docs/dead-site-links.ts'
import { generatePages } from './docs/generate-pages.ts'
import { readNamesOrExit } from './read-names.ts'

const root = resolve(import.meta.dirname, '..')
const docs = join(root, 'docs')
const site = join(docs, '.vitepress/dist')

const [command = 'build'] = readNamesOrExit(
  `npm run docs -- [build|generate|check]

  build      builds the site with VitePress into docs/.vitepress/dist (default)
  generate   writes the generated parts of the pages in docs/reference
  check      fails when a generated part is not what generate would write, when the site can't be built, and when a
             link of the site leads nowhere
  --help
`,
  ['build', 'generate', 'check'],
)

const problems: string[] = []
if (command !== 'build') {
  for (const { path, text, generated } of await generatePages(root)) {
    if (text === generated) continue
    if (command === 'check') problems.push(`${path} is out of date; run: npm run docs -- generate`)
    else {
      await writeFile(join(root, path), generated)
      console.log(`wrote ${path}`)
    }
  }
}
if (command !== 'generate') {
  // The build fails on links to pages that don't exist.
  await build(docs)
  problems.push(...(await findDeadSiteLinks(site)))
}
for (const problem of problems) console.error(problem)
process.exitCode = problems.length === 0 ? 0 : 1
