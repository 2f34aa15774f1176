import { readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { withScriptImports } from '../../../../scripts/with-script-imports.ts'

const build = resolve(import.meta.dirname, '../../build')

/** What of the built server's manifest says which scripts a page loads. */
interface Manifest {
  client: { imports: string[] }
  routes: { id: string; page: { layouts: (number | undefined)[]; leaf: number } | null }[]
}

/** The scripts of a layout or page. Its module also starts the server, so its text is read. */
async function scriptsOf(node: number): Promise<string[]> {
  const text = await readFile(join(build, `server/nodes/${node}.js`), 'utf8')
  const [, list] = /^export const imports = (\[.*\]);$/m.exec(text) ?? []
  if (list === undefined) throw new Error(`node ${node} of the build lists no scripts`)
  return JSON.parse(list) as string[]
}

/** Bytes of the scripts of each page at its first load, compressed as they are sent. */
async function measurePages(): Promise<Record<string, number>> {
  // The build's own module.
  const { manifest } = (await import(pathToFileURL(join(build, 'server/manifest.js')).href)) as {
    manifest: Manifest
  }
  const { client, routes } = manifest
  const sizes: Record<string, number> = {}
  for (const { id, page } of routes) {
    if (page === null) continue
    const files = new Set(client.imports)
    const nodes = [...page.layouts, page.leaf].filter((node) => node !== undefined)
    for (const file of (await Promise.all(nodes.map(scriptsOf))).flat()) files.add(file)
    const scripts = await withScriptImports(
      join(build, 'client'),
      [...files].filter((file) => file.endsWith('.js')),
    )
    const bytes = [...scripts].map(async (file) => (await stat(join(build, 'client', `${file}.gz`))).size)
    sizes[id.replace(/^\/\(\w+\)/, '') || '/'] = (await Promise.all(bytes)).reduce(
      (sum, size) => sum + size,
      0,
    )
  }
  return sizes
}

/** kB gzipped (1,000 bytes): for lists and forms, and where there are charts. */
const [listBudget, chartBudget] = [60, 90]
const budgets: Record<string, number> = {
  '/tasks/[id]': chartBudget,
  '/indices/[name]': chartBudget,
  // Only in development.
  '/ui': Infinity,
}

test('the scripts of no page exceed their budget at its first load', async () => {
  const sizes = await measurePages()
  expect(Object.keys(sizes)).toEqual(expect.arrayContaining(['/', '/sign-in', ...Object.keys(budgets)]))
  const over = Object.entries(sizes).filter(([page, bytes]) => bytes > (budgets[page] ?? listBudget) * 1_000)
  expect(Object.fromEntries(over), JSON.stringify(sizes)).toEqual({})
})
