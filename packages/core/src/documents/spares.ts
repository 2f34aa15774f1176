/** A pool of unused buffers. */
export interface Spares<Buffer> {
  /** @returns undefined when there is none */
  take(): Buffer | undefined
  /** Keeps a buffer, unless the pool is full. */
  giveBack(buffer: Buffer): void
}

/** @param most maximum buffers in the pool; others are left to the garbage collector */
export function createSpares<Buffer>(most: number): Spares<Buffer> {
  const kept: Buffer[] = []
  return {
    take: () => kept.pop(),
    giveBack(buffer) {
      if (kept.length < most) kept.push(buffer)
    },
  }
}
