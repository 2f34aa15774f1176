import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

/** Of the repository. */
export const root = resolve(import.meta.dirname, '../../../..')

/** The blocks of a language in a page, in order; those in lists without their indentation. */
export async function readBlocks(page: string, language = 'sh'): Promise<string[]> {
  const blocks = (await readFile(join(root, page), 'utf8')).matchAll(/^( *)```(\w*)\n(.*?)^\1```$/gms)
  return [...blocks]
    .filter((block) => block[2] === language)
    .map(([, indentation = '', , block = '']) => block.replaceAll(new RegExp(`^${indentation}`, 'gm'), ''))
}

/** These end by Ctrl-C, or after minutes: scripts/bare-machine.sh runs them. */
export const commandsOfTheRepository = ['npm start\n', 'npm test\n']

/** Pages whose commands run on the server of readme.test.ts, in any order. */
export const pages = [
  'docs/reference/http-api.md',
  'docs/reference/command-line.md',
  'docs/explanation/verification.md',
  'docs/how-to/monitor.md',
]
/** Pages with tests of their own there. */
export const otherPages = [
  'docs/tutorial/first-index.md',
  'docs/how-to/authentication.md',
  'docs/how-to/back-up.md',
  'docs/how-to/deploy.md',
  'docs/how-to/move-from-python.md',
  'docs/how-to/roll-back.md',
  'docs/how-to/tune.md',
]
/**
 * Pages whose commands take minutes or hours (performance, reliability), or need what no test has: the security plugin
 * of OpenSearch (opensearch-role).
 */
export const untriedPages = [
  'docs/how-to/opensearch-role.md',
  'docs/explanation/performance.md',
  'docs/explanation/reliability.md',
]
/** Pages with blocks of other languages: the SQL and the tutorial have tests there, and what is declared or configured can't be run. */
export const pagesOfOtherLanguages = {
  '': ['docs/explanation/architecture.md', 'docs/how-to/behind-a-proxy.md'],
  nginx: ['docs/how-to/behind-a-proxy.md'],
  sql: ['docs/reference/task-data.md'],
  text: ['docs/reference/command-line.md'],
  ts: ['docs/reference/sdk.md', 'docs/tutorial/first-index.md'],
  yaml: ['docs/how-to/behind-a-proxy.md'],
}

/** Paths of all pages in docs. */
export async function listPages(): Promise<string[]> {
  const files = await readdir(join(root, 'docs'), { recursive: true })
  return files.filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`)
}
