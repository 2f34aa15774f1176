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

/** Paths of all pages in docs. */
export async function listPages(): Promise<string[]> {
  const files = await readdir(join(root, 'docs'), { recursive: true })
  return files.filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`)
}
