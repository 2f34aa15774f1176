import { globSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { findCircularImports } from './find-circular-imports.ts'

/** Circular imports of the files, given with their text. */
function findIn(files: Record<string, string>): string[][] {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'imports-')))
  try {
    const paths = Object.entries(files).map(([name, text]) => {
      writeFileSync(join(folder, name), text)
      return join(folder, name)
    })
    return findCircularImports(paths).map((circle) => circle.map((path) => relative(folder, path)))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('no file of the product imports itself, by whichever way', () => {
  const root = resolve(import.meta.dirname, '..')
  const files = globSync('{packages,apps}/*/src/**/*.{ts,svelte}', { cwd: root }).map((file) =>
    join(root, file),
  )
  expect(files.length).toBeGreaterThan(500)
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

test('passes what is imported by several, and what only a comment or a text names', () => {
  expect(
    findIn({
      'a.ts': "import './b.ts'\nimport './c.ts'",
      'b.ts': "import './c.ts'\n// import './a.ts'\nexport const text = \"import './a.ts'\"",
      'c.ts': '',
    }),
  ).toEqual([])
})
