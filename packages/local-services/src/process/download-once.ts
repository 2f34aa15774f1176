import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ServiceOptions } from '../service-options.ts'
import { waitForFolder } from './lock-folder.ts'

export interface Download extends ServiceOptions {
  /** For the message of a process that waits for another one: "ICU". */
  what: string
  /** The file or folder that is there once everything is downloaded; its folder is locked meanwhile. */
  result: string
  /** Creates `result`, as its last step. */
  download(): Promise<void>
}

/** Downloads what is missing in the cache. One process does it, and others wait for it. */
export async function downloadOnce({ what, result, download, onProgress, signal }: Download): Promise<void> {
  if (existsSync(result)) return
  const onWait = (pid: number) => onProgress?.(`Waiting for process ${pid}, which downloads ${what}`)
  const lock = await waitForFolder(dirname(result), { onWait, signal })
  try {
    if (!existsSync(result)) await download()
  } finally {
    await lock.release()
  }
}
