import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Folder {
  path: string
  /** Removes the folder if it is temporary. */
  release: () => Promise<void>
}

/** A new temporary folder that all users can enter, such as that of Postgres, which doesn't run as root. */
export async function makeTemporaryFolder(name: string): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), `ingestion-server-${name}-`))
  await chmod(path, 0o711)
  return { path, release: () => rm(path, { recursive: true, force: true }) }
}

/** The requested folder, or a new temporary one. */
export async function openFolder(path: string | undefined, name: string): Promise<Folder> {
  return path === undefined ? makeTemporaryFolder(name) : { path, release: async () => undefined }
}
