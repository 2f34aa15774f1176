/** Buffers that are not in use, kept to be used again. */
export interface Spares<Buffer> {
  /** @returns undefined when there is none */
  take(): Buffer | undefined
  /** Keeps a buffer, unless there are enough of them. */
  giveBack(buffer: Buffer): void
}

/** @param most buffers that are kept; those beyond are left to the garbage collector */
export function createSpares<Buffer>(most: number): Spares<Buffer> {
  const kept: Buffer[] = []
  return {
    take: () => kept.pop(),
    giveBack(buffer) {
      if (kept.length < most) kept.push(buffer)
    },
  }
}
