import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryFolder {
  path: string
  /**
   * Paths of temporary folders and files in it, and in /var/tmp, where Postgres' files are stored if its user can't
   * reach their folder.
   */
  listLeftovers: () => Promise<string[]>
  remove: () => Promise<void>
}

/** Names from `mkdtemp` and `mktemp`. Others are of caches, which programs keep for their next run. */
const temporary = /(-[A-Za-z0-9]{6}|^tmp\.[A-Za-z0-9]{10})$/
/** Left by a browser that had to be killed. */
const ofBrowser = /^playwright/

/**
 * A folder for all temporary files of a run, which shows what its programs leave behind.
 *
 * @example
 * const folder = await createTemporaryFolder()
 * spawn('vitest', ['run'], { env: { ...process.env, TMPDIR: folder.path } })
 */
export async function createTemporaryFolder(): Promise<TemporaryFolder> {
  const before = new Set(await listShelters())
  const path = await mkdtemp(join(tmpdir(), 'ingestion-checks-'))
  // As /tmp: started by root, Postgres runs as another user.
  await chmod(path, 0o1777)
  return {
    path,
    listLeftovers: async () => [
      ...(await readdir(path))
        .filter((name) => temporary.test(name) && !ofBrowser.test(name))
        .map((name) => join(path, name)),
      ...(await listShelters()).filter((each) => !before.has(each)),
    ],
    // After a signal, what the checks started may still be ending.
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 8, retryDelay: 250 }),
  }
}

async function listShelters(): Promise<string[]> {
  const names = await readdir('/var/tmp').catch(() => [])
  return names.filter((name) => name.startsWith('ingestion-server-')).map((name) => join('/var/tmp', name))
}
