import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compile } from 'svelte/compiler'
import { expect, test } from 'vitest'
import { toTemplate } from './static-icons.ts'

const importLine = /^\s*import (\w+) from '@lucide\/svelte\/icons\/([\w-]+)'$/gm
const root = import.meta.dirname

interface Use {
  file: string
  text: string
  icons: { component: string; icon: string }[]
}

async function findUses(): Promise<Use[]> {
  const uses: Use[] = []
  for await (const file of glob('**/*.{svelte,ts}', { cwd: root })) {
    const text = await readFile(join(root, file), 'utf8')
    const icons = [...text.matchAll(importLine)].map(([, component = '', icon = '']) => ({ component, icon }))
    uses.push({ file, text, icons })
  }
  return uses
}

test('each icon of the dashboard is a template that is hidden from screen readers', async () => {
  const names = new Set((await findUses()).flatMap(({ icons }) => icons.map(({ icon }) => icon)))
  expect(names.size).toBeGreaterThan(20)
  for (const name of names) {
    const module = fileURLToPath(import.meta.resolve(`@lucide/svelte/icons/${name}`))
    const template = toTemplate(await readFile(module.replace(/\.js$/, '.svelte'), 'utf8'))
    expect(template, name).toMatch(/<svg class=\{kind\} aria-hidden="true" .*<(path|circle|rect) /)
    expect(compile(template, { runes: true }).warnings, name).toEqual([])
  }
})

test('a package that has changed is refused', () => {
  expect(() => toTemplate('<script>let props = $props()</script>')).toThrow('has no data of an icon')
})

test('icons are given only what their templates use: a class', async () => {
  for (const { file, text, icons } of await findUses()) {
    if (!file.endsWith('.svelte')) continue
    for (const component of [...icons.map((each) => each.component), 'Icon'])
      for (const [, attributes = ''] of text.matchAll(new RegExp(`<${component}\\s([^>]*?)/>`, 'g')))
        expect(attributes.trim(), `${file}: ${component}`).toMatch(/^class=("[^"]*"|\{[^}]*\})$/)
  }
})
