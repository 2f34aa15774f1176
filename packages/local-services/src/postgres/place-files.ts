import { existsSync } from 'node:fs'
import {
  chmod,
  chown,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readlink,
  realpath,
  rename,
  rm,
  symlink,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ServiceFailedError } from '../errors.ts'
import { canReach, type Account } from './account.ts'
import type { PostgresBinaries } from './find-binaries.ts'

export interface PostgresPlace {
  /** Folder of the cluster's files. Its parent exists. */
  dataFolder: string
  /** Contains bin, lib and share. */
  binaries: string
}

/**
 * Chooses folders for data and binaries that the user of Postgres can reach. For root in a clone below a folder like
 * /root, which only root may enter, the data is stored below /var/tmp, and `<home>/data` becomes a link to it.
 */
export async function placePostgresFiles(
  home: string,
  found: PostgresBinaries,
  account: Account | undefined,
  onProgress: (message: string) => void,
): Promise<PostgresPlace> {
  const dataFolder = join(home, 'data')
  if (account === undefined) return { dataFolder, binaries: found.folder }

  const shelter = (await canReach(home, account)) ? undefined : await openShelter(dataFolder, account)
  if (shelter !== undefined)
    onProgress(`Postgres, which can't run as root, can't reach ${home}: its files are in ${shelter}`)
  const binaries = (await canReach(join(found.folder, 'bin'), account))
    ? found.folder
    : await copyBinaries(found, shelter ?? (await realpath(home)))
  return { dataFolder: shelter === undefined ? dataFolder : join(shelter, 'data'), binaries }
}

/** Creates the folder for Postgres' files, owned by its user. */
export async function makeOwnFolder(folder: string, account: Account | undefined): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { mode: 0o700 })
  if (account !== undefined) await chown(folder, account.uid, account.gid)
}

/** The folder that the link points into, or a new one with a link to it. */
async function openShelter(link: string, account: Account): Promise<string> {
  const target = await readLink(link)
  if (target !== undefined && existsSync(dirname(target))) return dirname(target)
  if (target === undefined && existsSync(link)) {
    const message = `the user ${account.uid}, which Postgres runs as, can't reach ${link}; make the folders above it passable (chmod o+x), or choose another data folder with DATA_DIR`
    throw new ServiceFailedError('Postgres', message)
  }
  for (const parent of ['/var/tmp', tmpdir(), '/tmp']) {
    if (!existsSync(parent) || !(await canReach(parent, account))) continue
    // A new name each time, so that no other user can create the folder first.
    const shelter = await mkdtemp(join(parent, 'ingestion-server-'))
    await chmod(shelter, 0o711)
    await rm(link, { force: true })
    await symlink(join(shelter, 'data'), link)
    return shelter
  }
  const message = `found no folder that the user ${account.uid}, which Postgres runs as, can reach; choose one with DATA_DIR`
  throw new ServiceFailedError('Postgres', message)
}

/** Removes the folder outside `home` that has its data, if there is one. */
export async function removeShelter(home: string): Promise<void> {
  const target = await readLink(join(home, 'data'))
  if (target !== undefined) await rm(dirname(target), { recursive: true, force: true })
}

async function readLink(path: string): Promise<string | undefined> {
  const entry = await lstat(path).catch(() => undefined)
  return entry?.isSymbolicLink() === true ? readlink(path) : undefined
}

/** Copies the binaries next to the data, completely or not at all. */
async function copyBinaries({ folder, version }: PostgresBinaries, parent: string): Promise<string> {
  const copy = join(parent, `postgres-${version}`)
  if (existsSync(copy)) return copy
  const draft = `${copy}.new`
  await rm(draft, { recursive: true, force: true })
  await cp(folder, draft, { recursive: true, verbatimSymlinks: true })
  await rename(draft, copy)
  return copy
}
