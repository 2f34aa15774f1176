import { readdir, readFile, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

export const noticesFile = 'THIRD-PARTY-NOTICES.txt'

/** The used part of what a bundler has made: rolldown's and Vite's output have it. */
type Bundle = Readonly<
  Record<
    string,
    { type: 'chunk'; moduleIds: readonly string[] } | { type: 'asset'; originalFileNames: readonly string[] }
  >
>

/** The used part of a manifest. */
interface Manifest {
  name?: string
  version?: string
  license?: string
  author?: string | { name?: string }
  homepage?: string
}

/**
 * Collects the packages of which a build contains files. `plugin` is one of rolldown and Vite, for any number of builds;
 * `write` then writes their licenses to a folder.
 */
export function createNotices() {
  const folders = new Set<string>()
  return {
    plugin: {
      name: 'third-party-notices',
      generateBundle(_options: unknown, bundle: Bundle) {
        for (const output of Object.values(bundle)) {
          const files = output.type === 'chunk' ? output.moduleIds : output.originalFileNames
          for (const file of files) {
            const folder = findPackage(file)
            if (folder !== null) folders.add(folder)
          }
        }
      },
    },
    async write(folder: string): Promise<void> {
      const entries = await Promise.all([...folders].map(describe))
      const unique = [
        ...new Map(entries.sort((a, b) => (a.title < b.title ? -1 : 1)).map((one) => [one.title, one])),
      ]
      const texts = unique.map(([title, { text }]) => `${'-'.repeat(80)}\n${title}\n\n${text}\n`)
      await writeFile(
        join(folder, noticesFile),
        `This program contains the following packages, under the licenses below.\n\n${texts.join('\n')}`,
      )
    },
  }
}

/** The folder of the package that a module belongs to; null for a module of this repository. */
function findPackage(id: string): string | null {
  const file = id.replace(/^\0/, '').replace(/[?#].*$/, '')
  if (!file.includes('/node_modules/')) return null
  for (let folder = dirname(file); !folder.endsWith('/node_modules'); folder = dirname(folder)) {
    // A manifest without a name only sets the type of a folder's modules.
    if (/\/node_modules\/(@[^/]+\/)?[^/]+$/.test(folder) && existsSync(join(folder, 'package.json')))
      return folder
    if (folder === dirname(folder)) return null
  }
  return null
}

const isLicense = (file: string) => /^(licen[cs]e|copying|notice)\b/i.test(file)

async function describe(folder: string): Promise<{ title: string; text: string }> {
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest
  const { name = folder, version = '', license = 'license not stated', author, homepage = '' } = manifest
  const files = (await readdir(folder)).filter(isLicense).sort()
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  const holder = typeof author === 'string' ? author : (author?.name ?? '')
  const text =
    texts.length > 0
      ? texts.map((one) => one.trim()).join('\n\n')
      : [`The package contains no text of its license, ${license}.`, holder, homepage]
          .filter(Boolean)
          .join('\n')
  return { title: `${name} ${version} (${license})`, text }
}
