import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { findCircularImports } from './find-circular-imports.ts'

/** Circular imports of the files, given with their text; `links` are symbolic links by their path. */
function findIn(files: Record<string, string>, links: Record<string, string> = {}): string[][] {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'imports-')))
  const place = (name: string) => {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    return path
  }
  try {
    const paths = Object.entries(files).map(([name, text]) => {
      const path = place(name)
      writeFileSync(path, text)
      return path
    })
    for (const [name, target] of Object.entries(links)) symlinkSync(join(folder, target), place(name))
    const sources = paths.filter((path) => !path.endsWith('.json'))
    return findCircularImports(sources).map((circle) => circle.map((path) => relative(folder, path)))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('no file of the repository imports itself, by whichever way', () => {
  const root = resolve(import.meta.dirname, '..')
  const patterns = ['ts', 'js', 'mjs', 'svelte'].map((ending) => `*.${ending}`)
  const tracked = execFileSync('git', ['ls-files', '-z', '--', ...patterns], { cwd: root, encoding: 'utf8' })
  // A file that was removed is listed until the removal is committed.
  const files = tracked
    .split('\0')
    .filter((file) => file !== '')
    .map((file) => join(root, file))
    .filter((file) => existsSync(file))
  expect(files.length).toBeGreaterThan(1_000)
  expect(findCircularImports(files).map((circle) => circle.map((file) => relative(root, file)))).toEqual([])
})

test.each([
  ['values', "import { b } from './b.ts'"],
  ['types', "import type { B } from './b.ts'"],
  ['a type among values', "import { type B } from './b.ts'"],
  ['a type in place', "type B = import('./b.ts').B"],
  ['what is exported again', "export * from './b.ts'"],
  ['a dynamic import', "await import('./b.ts')"],
  ['a side effect', "import './b.ts'"],
])('finds a circle of %s', (_, text) => {
  expect(findIn({ 'a.ts': text, 'b.ts': "import { a } from './a.ts'" })).toEqual([['a.ts', 'b.ts', 'a.ts']])
})

test('finds circles through components, a file that imports itself, and each circle of several', () => {
  expect(
    findIn({
      'a.ts': "import './b.ts'",
      'b.ts': "import C from './c.svelte'",
      'c.svelte': '<p>{a}</p>\n<script lang="ts">\nimport { a } from "./a.ts"\n</script>',
      'd.ts': "import './d.ts'",
      'e.ts': "import './a.ts'\nimport './f.ts'",
      'f.ts': "import './e.ts'",
    }),
  ).toEqual([
    ['a.ts', 'b.ts', 'c.svelte', 'a.ts'],
    ['d.ts', 'd.ts'],
    ['e.ts', 'f.ts', 'e.ts'],
  ])
})

test('finds a circle over a component that is imported by an alias', () => {
  expect(
    findIn({
      'package.json': '{ "imports": { "#lib/*": "./src/lib/*" } }',
      'src/lib/a.ts': "import B from '#lib/b.svelte'",
      'src/lib/b.svelte': "<script>\nimport { a } from '#lib/a.ts'\n</script>",
    }),
  ).toEqual([['src/lib/a.ts', 'src/lib/b.svelte', 'src/lib/a.ts']])
})

test('finds a circle over the entries of packages', () => {
  expect(
    findIn(
      {
        'one/package.json': '{ "name": "@x/one", "exports": { ".": "./a.ts", "./testing/*": "./test/*" } }',
        'one/a.ts': "import { two } from '@x/two'",
        'one/test/helper.ts': "import { one } from '@x/one'",
        'two/package.json': '{ "name": "@x/two", "exports": "./b.ts" }',
        'two/b.ts': "import { helper } from '@x/one/testing/helper.ts'",
      },
      { 'node_modules/@x/one': 'one', 'node_modules/@x/two': 'two' },
    ),
  ).toEqual([['one/a.ts', 'two/b.ts', 'one/test/helper.ts', 'one/a.ts']])
})

test('passes what is imported by several, and what only a comment or a text names', () => {
  expect(
    findIn({
      'a.ts': "import './b.ts'\nimport './c.ts'",
      'b.ts': "import './c.ts'\n// import './a.ts'\nexport const text = \"import './a.ts'\"",
      'c.ts': '',
    }),
  ).toEqual([])
})
