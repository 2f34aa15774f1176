import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { cacheDirOf } from '../cache-dir.ts'
import { findLibraries, unpackDebianPackage } from '../process/unpack-debian-package.ts'
import type { ServiceOptions } from '../service-options.ts'

const libraryFile = join('faketime', 'libfaketimeMT.so.1')

/**
 * The library that gives a process another clock, of Debian's package `libfaketime`: an installed one, or one that is
 * unpacked into the cache.
 *
 * @returns the path for LD_PRELOAD
 * @throws ServiceFailedError where it can't be downloaded
 */
export async function findLibfaketime({ onProgress, signal }: ServiceOptions = {}): Promise<string> {
  const { env } = process
  const installed = join(await findLibraries('/'), libraryFile)
  if (existsSync(installed)) return installed
  const folder = await unpackDebianPackage({
    name: 'libfaketime',
    service: 'libfaketime',
    purpose: '0.1 MB, with which clocks are wrong in tests',
    cacheDir: cacheDirOf(env),
    env,
    onProgress,
    signal,
  })
  return join(await findLibraries(folder), libraryFile)
}

/** The variables with which a program starts whose clock is wrong by so many seconds; timers run as ever. */
export function wrongClock(library: string, seconds: number): Record<string, string> {
  return {
    LD_PRELOAD: library,
    FAKETIME: `${seconds < 0 ? '' : '+'}${seconds}s`,
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    FAKETIME_NO_CACHE: '1',
  }
}
