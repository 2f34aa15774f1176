import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Folder {
  path: string
  /** Removes the folder if it is temporary. */
  release: () => Promise<void>
}

/** The requested folder, or a new temporary one that other users can read (Postgres doesn't run as root). */
export async function openFolder(path: string | undefined, name: string): Promise<Folder> {
  if (path !== undefined) return { path, release: async () => undefined }
  const temporary = await mkdtemp(join(tmpdir(), `ingestion-server-${name}-`))
  await chmod(temporary, 0o711)
  return { path: temporary, release: () => rm(temporary, { recursive: true, force: true }) }
}
