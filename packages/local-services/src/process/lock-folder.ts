import { randomUUID } from 'node:crypto'
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { FolderInUseError } from '../errors.ts'
import { readProcess } from './read-process.ts'

const pollIntervalMs = 200

interface Holder {
  pid: number
  started: string
}

/** The content of a released lock: no process has this number. */
const unheld: Holder = { pid: 0, started: '' }

export interface FolderLock {
  release: () => Promise<void>
}

/**
 * Locks a folder for this process, and creates it if needed. A lock of a dead process is taken over.
 *
 * Locks are numbered files, and the highest number is valid. Only the next higher one is ever created, and its creator
 * holds the folder: no lock is removed or replaced to take it over, so two processes can't do so at once. The last
 * released lock stays, so that numbers never restart.
 *
 * @throws FolderInUseError when a running process (including this one) holds it
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  await mkdir(folder, { recursive: true })
  const self = await readProcess(process.pid)
  const own: Holder = { pid: process.pid, started: self?.started ?? '' }

  for (;;) {
    const last = Math.max(0, ...(await listLocks(folder)))
    const holder = last === 0 ? unheld : await readHolder(lockFile(folder, last))
    // Removed by the holder of a higher lock.
    if (holder === undefined) continue
    const living = holder.pid === unheld.pid ? undefined : await readProcess(holder.pid)
    if (living?.started === holder.started) throw new FolderInUseError(folder, holder.pid, living.command)
    if (await takeLock(folder, last + 1, own)) return { release: () => releaseLock(folder, last + 1) }
  }
}

/** Same as lockFolder, but waits until the process that holds the lock releases it. */
export async function waitForFolder(
  folder: string,
  { onWait, signal }: { onWait?: (holderPid: number) => void; signal?: AbortSignal | undefined } = {},
): Promise<FolderLock> {
  let reported = false
  for (;;) {
    try {
      return await lockFolder(folder)
    } catch (error) {
      if (!(error instanceof FolderInUseError)) throw error
      if (!reported) onWait?.(error.pid)
      reported = true
      await delay(pollIntervalMs, undefined, { signal })
    }
  }
}

function lockFile(folder: string, number: number): string {
  return join(folder, `lock.${number}.json`)
}

async function listLocks(folder: string): Promise<number[]> {
  const names = await readdir(folder)
  return names.flatMap((name) => /^lock\.(\d+)\.json$/.exec(name)?.[1] ?? []).map(Number)
}

/** @returns false when another process was faster */
async function takeLock(folder: string, number: number, holder: Holder): Promise<boolean> {
  if (!(await writeWhole(lockFile(folder, number), holder, link))) return false
  // A directory listing may miss a file that is created, and then one that is removed, during the listing.
  const numbers = await listLocks(folder)
  const passed = numbers.filter((each) => each < number)
  const isLast = numbers.every((each) => each <= number)
  for (const each of isLast ? passed : [number]) await rm(lockFile(folder, each), { force: true })
  return isLast
}

async function releaseLock(folder: string, number: number): Promise<void> {
  try {
    await writeWhole(lockFile(folder, number), unheld, rename)
  } catch (error) {
    // The folder itself was removed.
    if (!hasCode(error, 'ENOENT')) throw error
  }
}

/**
 * Writes a lock file atomically.
 *
 * @param place moves the draft to its path; link, unlike rename, fails if the path exists
 * @returns false if it exists
 */
async function writeWhole(file: string, holder: Holder, place: typeof link): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`
  try {
    await writeFile(draft, JSON.stringify(holder))
    await place(draft, file)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    return parseHolder(await readFile(file, 'utf8'))
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** An unreadable file (a full disk, an edited file) counts as the lock of a dead process. */
function parseHolder(text: string): Holder {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return unheld
  }
  if (typeof value !== 'object' || value === null) return unheld
  const { pid, started } = value as Partial<Record<keyof Holder, unknown>> // narrowed on the next line
  return typeof pid === 'number' && typeof started === 'string' ? { pid, started } : unheld
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
