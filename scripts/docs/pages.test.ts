import { readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  commandsOfTheRepository,
  listPages,
  otherPages,
  pages,
  pagesOfOtherLanguages,
  readBlocks,
  root,
  untriedPages,
} from '../../apps/server/test/support/docs-blocks.ts'

const read = (path: string) => readFile(join(root, path), 'utf8')

test('the README has at most 120 lines', async () => {
  expect((await read('README.md')).trimEnd().split('\n').length).toBeLessThanOrEqual(120)
})

test('the index lists every page of docs', async () => {
  const links = (await read('docs/README.md')).matchAll(/^- \[.+?\]\((.+?)\): /gm)
  const listed = Array.from(links, ([, path = '']) => posix.join('docs', path))
  expect(listed.sort()).toEqual((await listPages()).filter((page) => page !== 'docs/README.md').sort())
})

describe('blocks of code', () => {
  test('every command on a page is run, or its page is listed as one that can not be', async () => {
    const found = await Promise.all(
      (await listPages()).map(async (page) => {
        const blocks = await readBlocks(page)
        return blocks.some((block) => !commandsOfTheRepository.includes(block)) ? [page] : []
      }),
    )
    expect(found.flat().sort()).toEqual([...pages, ...otherPages, ...untriedPages].sort())
  })

  test('every block of another language is listed', async () => {
    const found: Record<string, string[]> = {}
    for (const page of (await listPages()).sort()) {
      const text = await read(page)
      const languages = Array.from(
        text.matchAll(/^ *```(\w*)\n.*?^ *```$/gms),
        ([, language = '']) => language,
      )
      for (const language of new Set(languages)) if (language !== 'sh') (found[language] ??= []).push(page)
    }
    expect(found).toEqual(pagesOfOtherLanguages)
  })
})
