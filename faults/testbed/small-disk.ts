import { execFile, execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const chunkBytes = 1024 * 1024

/** A file system in memory that can be filled up. */
export interface SmallDisk {
  folder: string
  /** Uses all remaining space. @returns the number of bytes */
  fill(): Promise<number>
  /** Releases the space of `fill`. */
  clear(): Promise<void>
  remove(): Promise<void>
}

/** Whether this user may mount one; that needs root, and in a container the right to mount. */
export async function canMountDisk(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'ingestion-faults-mount-'))
  try {
    const disk = await mountSmallDisk(folder, 1)
    await disk.remove()
    return true
  } catch {
    return false
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Mounts a tmpfs of so many megabytes. */
export async function mountSmallDisk(folder: string, megabytes: number): Promise<SmallDisk> {
  await mkdir(folder, { recursive: true })
  await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=711`, 'tmpfs', folder])
  await chmod(folder, 0o711)
  const filler = join(folder, 'filler')
  // For the case that this process ends without `remove`.
  const unmount = () => void execFileSync('umount', ['-l', folder])
  process.once('exit', unmount)
  return {
    folder,
    async fill() {
      const file = await open(filler, 'w')
      let taken = 0
      try {
        // Smaller and smaller pieces, to use the last pages too.
        for (let size = chunkBytes; size >= 4_096; size /= 4) {
          const chunk = Buffer.alloc(size)
          while (await writeAll(file, chunk)) taken += size
        }
      } finally {
        await file.close()
      }
      return taken
    },
    clear: () => rm(filler, { force: true }),
    async remove() {
      process.off('exit', unmount)
      await run('umount', ['-l', folder])
    },
  }
}

type File = Awaited<ReturnType<typeof open>>

/** @returns false if the disk is full */
async function writeAll(file: File, chunk: Buffer): Promise<boolean> {
  try {
    const { bytesWritten } = await file.write(chunk)
    return bytesWritten === chunk.length
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false
    throw error
  }
}
