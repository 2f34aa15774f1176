import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import type { PackageName } from './pack-packages.ts'
import { noticesFile } from './third-party-notices.ts'

/** Largest gzipped size of files in the packages, bytes. The minified SDK has its own check: check-package.ts. */
const budgets: Partial<Record<PackageName, Readonly<Record<string, number>>>> = {
  '@ingestion-server/sdk': { 'dist/index.js': 16_000 },
  'ingestion-server': { 'dist/worker.js': 1_000_000 },
}

/** Packages that are programs have no types. */
const programs: readonly PackageName[] = ['ingestion-server', '@ingestion-server/dashboard']

/**
 * Checks a tarball as its users find it: its manifest (publint), its types (arethetypeswrong) and its size.
 *
 * @returns what is wrong, one sentence each
 */
export async function checkTarball(name: PackageName, path: string): Promise<string[]> {
  const data = await readFile(path)
  const tarball = new Uint8Array(data)
  const unpacked = createPackageFromTarballData(tarball)
  const faults: string[] = []

  const { messages, pkg } = await publint({
    pack: { tarball: tarball.buffer },
    level: 'suggestion',
    strict: true,
  })
  for (const message of messages) {
    faults.push(`publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`)
  }

  if (!programs.includes(name)) {
    const analysis = await checkPackage(unpacked)
    if (!analysis.types) faults.push('attw: it has no types')
    else {
      for (const problem of analysis.problems) {
        // The packages are ES modules only: `require` can load those since Node 22, and the resolution of Node 10
        // ignores `exports`.
        const isOldResolution = 'resolutionKind' in problem && problem.resolutionKind === 'node10'
        if (isOldResolution || problem.kind === 'CJSResolvesToESM') continue
        faults.push(`attw: ${JSON.stringify(problem)}`)
      }
    }
  }

  const files = unpacked.listFiles()
  const sources = files.filter((file) => /\.ts$/.test(file) && !/\.d\.ts$/.test(file))
  for (const file of sources) faults.push(`it contains a source: ${file}`)
  faults.push(...findUnnamed(files, (file) => unpacked.readFile(file)))
  const readme = files.find(
    (file) => /^\/node_modules\/.+\/README\.md$/.test(file) && !file.includes('/dist/'),
  )
  faults.push(...findLacking(readme === undefined ? '' : unpacked.readFile(readme), files))
  for (const [file, maxBytes] of Object.entries(budgets[name] ?? {})) {
    const entry = files.find((path) => path.endsWith(`/${file}`))
    if (entry === undefined) faults.push(`it has no ${file}`)
    else {
      const size = gzipSync(unpacked.readFile(entry), { level: 9 }).length
      if (size > maxBytes) faults.push(`${file} has ${size} bytes gzipped, allowed are ${maxBytes}`)
    }
  }
  return faults.map((fault) => `${name}: ${fault}`)
}

/** Files that the README names by their path in the package, and that it lacks. */
export function findLacking(readme: string, files: readonly string[]): string[] {
  const named = Array.from(readme.matchAll(/\bdist\/[\w./-]*\w/g), ([path]) => path)
  return [...new Set(named)]
    .filter((path) => !files.some((file) => file.endsWith(`/${path}`)))
    .map((path) => `its README names ${path}, which it lacks`)
}

/** Packages that the source maps name, and the file of their licenses does not. */
function findUnnamed(files: readonly string[], read: (file: string) => string): string[] {
  const names = files
    .filter((file) => file.endsWith('.map'))
    .flatMap((file) => (JSON.parse(read(file)) as { sources: (string | null)[] }).sources)
    .flatMap((source) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source ?? '')?.[1] ?? [])
  const path = files.find((file) => file.endsWith(`/${noticesFile}`))
  const notices = path === undefined ? '' : read(path)
  return [...new Set(names)]
    .filter((name) => !notices.includes(`\n${name} `))
    .map((name) => `${noticesFile} lacks ${name}`)
}
