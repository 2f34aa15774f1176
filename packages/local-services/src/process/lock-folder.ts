import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { FolderInUseError } from '../errors.ts'
import { readProcess } from './read-process.ts'

const lockFileName = 'lock.json'
const pollIntervalMs = 200

interface Holder {
  pid: number
  started: string
  /** Says one lock from the next one of the same process. */
  id: string
}

export interface FolderLock {
  release: () => Promise<void>
}

/**
 * Takes a folder for this process, making it if need be. A lock whose process is dead is taken over.
 * @throws FolderInUseError when a living process (this one included) holds it
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await mkdir(folder, { recursive: true })
  const lockFile = join(folder, lockFileName)
  const self = await readProcess(process.pid)
  const own: Holder = { pid: process.pid, started: self?.started ?? '', id: randomUUID() }

  while (!(await createLockFile(lockFile, own))) {
    const holder = await readHolder(lockFile)
    if (holder === undefined) continue
    const living = await readProcess(holder.pid)
    if (living?.started === holder.started) throw new FolderInUseError(folder, holder.pid, living.command)
    await removeLockFile(lockFile, holder)
  }
  return { release: () => removeLockFile(lockFile, own) }
}

/** As lockFolder, but waits until the process that holds it is done. */
export async function waitForFolder(
  folder: string,
  { onWait, signal }: { onWait?: (holderPid: number) => void; signal?: AbortSignal | undefined } = {},
): Promise<FolderLock> {
  let told = false
  for (;;) {
    try {
      return await lockFolder(folder)
    } catch (error) {
      if (!(error instanceof FolderInUseError)) throw error
      if (!told) onWait?.(error.pid)
      told = true
      await delay(pollIntervalMs, undefined, { signal })
    }
  }
}

/** Makes the lock file with its whole content at once, or returns false when there is one. */
async function createLockFile(lockFile: string, holder: Holder): Promise<boolean> {
  const draft = `${lockFile}.${holder.id}`
  await writeFile(draft, JSON.stringify(holder))
  try {
    await link(draft, lockFile)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

async function readHolder(lockFile: string): Promise<Holder | undefined> {
  try {
    return parseHolder(await readFile(lockFile, 'utf8'))
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** What can't be read (a full disk, an edited file) counts as the lock of a dead process. */
function parseHolder(text: string): Holder {
  const unreadable: Holder = { pid: 0, started: '', id: text }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return unreadable
  }
  if (typeof value !== 'object' || value === null) return unreadable
  const { pid, started, id } = value as Partial<Record<keyof Holder, unknown>> // narrowed on the next line
  if (typeof pid !== 'number' || typeof started !== 'string' || typeof id !== 'string') return unreadable
  return { pid, started, id }
}

/** Removes that very lock. It is moved aside first, because another process may take it over at the same moment. */
async function removeLockFile(lockFile: string, holder: Holder): Promise<void> {
  const aside = `${lockFile}.${randomUUID()}`
  try {
    await rename(lockFile, aside)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return
    throw error
  }
  try {
    if (parseHolder(await readFile(aside, 'utf8')).id !== holder.id) await link(aside, lockFile)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    await rm(aside, { force: true })
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
