import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile, realpath } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { findFetchedJava } from './fetch-java.ts'

export interface Java {
  /** Its JAVA_HOME. */
  home: string
  /** 17, 21, 25 … */
  major: number
  /** 17.0.15 */
  version: string
  /** Whether it has the module jdk.incubator.vector, which some builds lack. */
  hasVectors: boolean
  /** It was downloaded from PyPI and lacks the word dictionary for Thai. */
  isFetched: boolean
}

/** Folders with one Java per entry, as used by Debian, Fedora, macOS and Homebrew. */
const parentFolders = ['/usr/lib/jvm', '/opt/java', '/Library/Java/JavaVirtualMachines']
const homebrewFolders = [
  '/opt/homebrew/opt/openjdk',
  '/usr/local/opt/openjdk',
  '/home/linuxbrew/.linuxbrew/opt/openjdk',
]

/** All Javas on this machine, newest first: from JAVA_HOME, PATH, the usual folders, and the cache. */
export async function findJavas(env: NodeJS.ProcessEnv, cacheDir: string): Promise<Java[]> {
  const homes = new Set<string>()
  const fetched = await findFetchedJava(cacheDir)
  for (const candidate of [...(await listCandidates(env)), ...(fetched === undefined ? [] : [fetched])]) {
    const file = join(candidate, 'bin', 'java')
    if (existsSync(file)) homes.add(dirname(dirname(await realpath(file))))
  }
  const fetchedHome = fetched && (await realpath(fetched))
  const javas = await Promise.all([...homes].map((home) => readJava(home, home === fetchedHome)))
  return javas.filter((java) => java !== undefined).sort((a, b) => b.major - a.major)
}

async function listCandidates(env: NodeJS.ProcessEnv): Promise<string[]> {
  const onPath = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  const installed = await Promise.all(
    parentFolders.map(async (parent) => {
      const names = await readdir(parent).catch(() => [])
      return names.flatMap((name) => [join(parent, name), join(parent, name, 'Contents', 'Home')])
    }),
  )
  return [
    env['JAVA_HOME'] ?? '',
    ...onPath.map((folder) => dirname(folder)),
    ...installed.flat(),
    ...homebrewFolders,
  ]
}

async function readJava(home: string, isFetched: boolean): Promise<Java | undefined> {
  const release = await readFile(join(home, 'release'), 'utf8').catch(() => '')
  const version = /^JAVA_VERSION="([^"]+)"/m.exec(release)?.[1] ?? (await askVersion(home))
  if (version === undefined) return undefined
  const major = Number(/^(?:1\.)?(\d+)/.exec(version)?.[1]) // 1.8.0 is 8
  const modules = /^MODULES="([^"]+)"/m.exec(release)?.[1]?.split(' ')
  const hasVectors = modules?.includes('jdk.incubator.vector') ?? major >= 21
  return Number.isNaN(major) ? undefined : { home, major, version, hasVectors, isFetched }
}

async function askVersion(home: string): Promise<string | undefined> {
  try {
    const { stderr } = await promisify(execFile)(join(home, 'bin', 'java'), ['-version'])
    return /version "([^"]+)"/.exec(stderr)?.[1]
  } catch {
    return undefined // macOS has a /usr/bin/java that only says where to get one
  }
}
