import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { listPages, root } from '@ingestion-server/server/testing/docs-blocks.ts'

/** A fenced block of code in a page. */
export interface CodeBlock {
  page: string
  /** Empty if the fence names none. */
  language: string
  /** Without the indentation of its fence. */
  code: string
}

/** Pages outside `docs` that users read. */
const readmes = [
  'README.md',
  'CONTRIBUTING.md',
  'apps/dashboard/README.md',
  'deploy/README.md',
  'packages/core/README.md',
  'packages/core/src/documents/README.md',
  'packages/ingestion-server/README.md',
  'packages/sdk/README.md',
]

/** All pages with blocks of code: README, docs, and the READMEs of packages. */
export async function listDocumentedPages(): Promise<string[]> {
  return [...readmes, ...(await listPages())].sort()
}

export const readPage = (page: string) => readFile(join(root, page), 'utf8')

/** The blocks of a page, in order. */
export function parseCodeBlocks(page: string, text: string): CodeBlock[] {
  return Array.from(
    text.matchAll(/^( *)```(\w*)\n(.*?)^\1```$/gms),
    ([, indentation = '', language = '', code = '']) => ({
      page,
      language,
      code: code.replaceAll(new RegExp(`^${indentation}`, 'gm'), ''),
    }),
  )
}
