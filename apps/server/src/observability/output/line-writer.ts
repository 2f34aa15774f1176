/** Buffer for a slow reader before lines are dropped, in bytes. */
const maxBacklogBytes = 1024 * 1024
/** Delay before the next write to a reader that accepted nothing. */
const retryMs = 20

const lineBreak = new TextEncoder().encode('\n')

export interface LineWriterOptions {
  /**
   * Writes some of the bytes and returns how many.
   *
   * @throws the system's error: EAGAIN when the reader is too slow, ENOSPC, EPIPE
   */
  write(bytes: Uint8Array): number
  /** A line with the number of dropped lines and the error code. */
  describeLoss(lines: number, code: string): string
  /** Calls back after this many milliseconds. */
  schedule(callback: () => void, ms: number): void
}

export interface LineWriter {
  /** Writes a line, given without its line break. Never throws and never waits. */
  write(line: string): void
  /** Tries again to write what a slow reader has not accepted yet. */
  flush(): void
}

interface Entry {
  bytes: Uint8Array
  /** How many dropped lines it reports; 0 for any other line. */
  reports: number
  isBegun: boolean
}

/**
 * Writes lines to outputs that may fail: a full disk, a pipe whose reader left or does not read. The caller always
 * continues. Lines that could not be written are counted, and reported by a line once writing works again.
 */
export function createLineWriter({ write, describeLoss, schedule }: LineWriterOptions): LineWriter {
  const encoder = new TextEncoder()
  let queue: Entry[] = []
  let queuedBytes = 0
  let dropped = 0
  let reason = ''
  /** The last line was cut off; the next one must not be appended to it. */
  let isCutOff = false
  let isRetrying = false

  function drop(lines: number, code: string): void {
    dropped += lines
    reason = code
  }

  function enqueue(line: string, reports = 0): void {
    const bytes = encoder.encode(`${line}\n`)
    queue.push({ bytes, reports, isBegun: false })
    queuedBytes += bytes.length
  }

  function enqueueReport(): void {
    if (dropped === 0 || queue.some(({ reports }) => reports > 0)) return
    enqueue(describeLoss(dropped, reason), dropped)
  }

  function drain(): void {
    for (let entry = queue[0]; entry !== undefined; entry = queue[0]) {
      let taken: number
      try {
        if (isCutOff && write(lineBreak) === 1) isCutOff = false
        taken = isCutOff ? 0 : write(entry.bytes)
      } catch (error) {
        const code = codeOf(error)
        if (code === 'EAGAIN') return retryLater()
        isCutOff ||= entry.isBegun
        // A line that lacks only its line break is not lost.
        const isWhole = entry.isBegun && entry.bytes.length === 1
        if (isWhole) dropped -= entry.reports
        const lost = queue.filter(({ reports }) => reports === 0).length
        drop(isWhole && entry.reports === 0 ? lost - 1 : lost, code)
        queue = []
        queuedBytes = 0
        return
      }
      if (taken === 0) return retryLater()
      queuedBytes -= taken
      entry.isBegun = true
      entry.bytes = entry.bytes.subarray(taken)
      if (entry.bytes.length > 0) continue
      queue.shift()
      dropped -= entry.reports
    }
  }

  function retryLater(): void {
    if (isRetrying) return
    isRetrying = true
    schedule(() => {
      isRetrying = false
      drain()
      if (queue.length > 0) return
      // The reader has caught up: report the dropped lines even when no more lines come.
      enqueueReport()
      drain()
    }, retryMs)
  }

  return {
    write(line) {
      if (queuedBytes > maxBacklogBytes) return drop(1, 'EAGAIN')
      if (queue.length === 0) enqueueReport()
      enqueue(line)
      if (!isRetrying) drain()
    },
    flush: drain,
  }
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : String(error)
}
