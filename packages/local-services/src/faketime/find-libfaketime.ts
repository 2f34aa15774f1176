import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheDirOf } from '../cache-dir.ts'
import { findLibraries, unpackDebianPackage } from '../process/unpack-debian-package.ts'
import type { ServiceOptions } from '../service-options.ts'

const libraryFile = join('faketime', 'libfaketimeMT.so.1')

/**
 * The library that gives a process a different clock, from Debian's package `libfaketime`: an installed one, or one
 * that is unpacked into the cache.
 *
 * @returns the path for LD_PRELOAD
 * @throws ServiceFailedError if it can't be downloaded
 */
export async function findLibfaketime({ onProgress, signal }: ServiceOptions = {}): Promise<string> {
  const { env } = process
  const installed = join(await findLibraries('/'), libraryFile)
  if (existsSync(installed)) return installed
  const folder = await unpackDebianPackage({
    name: 'libfaketime',
    service: 'libfaketime',
    purpose: '0.1 MB, for tests with wrong clocks',
    cacheDir: cacheDirOf(env),
    env,
    onProgress,
    signal,
  })
  return join(await findLibraries(folder), libraryFile)
}

/** Environment variables for a program whose clock is wrong by this many seconds; timers are not affected. */
export function wrongClock(library: string, seconds: number): Record<string, string> {
  return {
    LD_PRELOAD: library,
    FAKETIME: `${seconds < 0 ? '' : '+'}${seconds}s`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    FAKETIME_NO_CACHE: '1',
  }
}

/**
 * Removes what the library shares between a program and its children, which a killed program leaves behind. Does nothing
 * for a program without the library.
 *
 * @param pid of a program that was started with {@link wrongClock} and has ended
 */
export async function removeSharedClock(pid: number): Promise<void> {
  const names = [`faketime_shm_${pid}`, `sem.faketime_sem_${pid}`]
  await Promise.all(names.map((name) => rm(join('/dev/shm', name), { force: true })))
}
