import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { findDeadSiteLinks } from './dead-site-links.ts'

const page = (body: string) => `<h1 id="top">Page</h1>${body}`
const sound: Readonly<Record<string, string>> = {
  'index.html': page(
    '<a href="/docs/a.html#top">a</a><a href="docs/a">a</a><a class="x" href="#top">top</a>',
  ),
  'docs/a.html': page('<a href="../">home</a><a href="./b.sql">sql</a><a href="https://example.org/x">x</a>'),
  'docs/b.sql': '',
}

/** The problems of the sound site with some files replaced. */
async function findIn(changed: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'site-'))
  try {
    for (const [name, text] of Object.entries({ ...sound, ...changed })) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), text)
    }
    return await findDeadSiteLinks(folder)
  } finally {
    await rm(folder, { recursive: true })
  }
}

test('a sound site has no problem', async () => {
  expect(await findIn({})).toEqual([])
})

test.each([
  ['a missing page', '<a href="no.html">', 'docs/c.html: no.html does not exist'],
  ['a missing page from the root', '<a href="/no">', 'docs/c.html: /no does not exist'],
  ['a missing file', '<a href="./no.sql">', 'docs/c.html: ./no.sql does not exist'],
  ['a missing heading', '<a href="a#no">', 'docs/c.html: a#no has no such heading'],
  ['a missing heading of its own', '<a href="#no">', 'docs/c.html: #no has no such heading'],
])('%s is found: %s', async (_, link, problem) => {
  expect(await findIn({ 'docs/c.html': page(`${link}</a>`) })).toEqual([problem])
})

test.each([
  '<script src="https://cdn.example.org/x.js"></script>',
  '<link rel="stylesheet" href="//fonts.example.org/x.css">',
  '<img alt="" src="http://example.org/x.png">',
])('what a page loads from another host is found: %s', async (tag) => {
  const [problem, ...others] = await findIn({ 'docs/c.html': page(tag) })
  expect(problem).toMatch(/^docs\/c\.html: loads .* from another host$/)
  expect(others).toEqual([])
})
