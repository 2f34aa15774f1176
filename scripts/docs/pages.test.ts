import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { listPages, root } from '@ingestion-server/server/testing/docs-blocks.ts'
import { blockRegister, isMeant } from './block-register.ts'
import { findFault, listInlineCommands, splitCommands } from './check-commands.ts'
import { listDocumentedPages, parseCodeBlocks, readPage, type CodeBlock } from './code-blocks.ts'

test('the README has at most 120 lines', async () => {
  expect((await readPage('README.md')).trimEnd().split('\n').length).toBeLessThanOrEqual(120)
})

test('the index lists every page of docs', async () => {
  const links = (await readPage('docs/README.md')).matchAll(/^- \[.+?\]\((.+?)\): /gm)
  const listed = Array.from(links, ([, path = '']) => posix.join('docs', path))
  expect(listed.sort()).toEqual((await listPages()).filter((page) => page !== 'docs/README.md').sort())
})

describe('blocks of code', () => {
  let texts: [string, string][]
  let blocks: CodeBlock[]
  beforeAll(async () => {
    const pages = await listDocumentedPages()
    texts = await Promise.all(
      pages.map(async (page): Promise<[string, string]> => [page, await readPage(page)]),
    )
    blocks = texts.flatMap(([page, text]) => parseCodeBlocks(page, text))
  })

  test('each is in the register, once: with the test that runs it, or the reason why none can', () => {
    const wrong = blocks
      .map((block) => ({ block, entries: blockRegister.filter((entry) => isMeant(entry, block)).length }))
      .filter(({ entries }) => entries !== 1)
    expect(wrong).toEqual([])
  })

  test('each entry of the register is about a block, and one with its beginning about a single one', () => {
    const wrong = blockRegister.filter((entry) => {
      const meant = blocks.filter((block) => isMeant(entry, block)).length
      return entry.starts === undefined ? meant === 0 : meant !== 1
    })
    expect(wrong).toEqual([])
  })

  test('a test that the register names has the page, or what the entry says that it has', async () => {
    for (const entry of blockRegister) {
      if (!('test' in entry)) continue
      const { page, test: path, mentions = page } = entry
      expect(await readPage(path), `${path} for ${page}`).toContain(mentions)
    }
  })

  test('each command of this product, in blocks and text, is one that it accepts', async () => {
    const commands = [
      ...blocks
        .filter(({ language }) => language === 'sh')
        .map(({ page, code }) => ({ page, commands: splitCommands(code) })),
      ...texts.map(([page, text]) => ({ page, commands: listInlineCommands(text) })),
    ]
    const faults: string[] = []
    for (const { page, commands: ofPage } of commands) {
      for (const command of ofPage) {
        const fault = await findFault(command, Object.keys(manifest.scripts))
        if (fault !== null) faults.push(`${page}: ${command}: ${fault}`)
      }
    }
    expect(faults).toEqual([])
  })

  test('each path of the repository in a command exists', () => {
    const missing = blocks
      .filter(({ language, page }) => language === 'sh' && !page.startsWith('packages/'))
      .flatMap(({ page, code }) =>
        Array.from(code.matchAll(/(?<=[\s@])(?:apps|deploy|docs|packages|scripts)\/[\w./-]+/g), ([path]) => ({
          page,
          path,
        })),
      )
      // Made by a build that the page has before it.
      .filter(({ path }) => !/\/(dist|build)$/.test(path) && !existsSync(join(root, path)))
    expect(missing).toEqual([])
  })
})
