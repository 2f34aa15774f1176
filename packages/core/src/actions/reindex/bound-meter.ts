import type { TaskRecord } from '../../tasks/index.ts'

export type BoundBy = NonNullable<TaskRecord['boundBy']>

/** What a writer waits for: rows (read and converted), the rate limit, or responses. */
export type Wait = 'rows' | 'limit' | 'requests'

export interface BoundMeter {
  /** Waits for something and records how long. */
  during<T>(wait: Wait, work: () => Promise<T>): Promise<T>
  /**
   * The bottleneck since the previous call.
   *
   * @param convertingMs spent on converting rows in total
   */
  read(convertingMs: number): BoundBy
}

/** @param now milliseconds */
export function createBoundMeter(now: () => number): BoundMeter {
  let waited = { rows: 0, limit: 0, requests: 0 }
  let convertedBefore = 0

  return {
    async during(wait, work) {
      const since = now()
      try {
        return await work()
      } finally {
        waited[wait] += now() - since
      }
    },
    read(convertingMs) {
      const { rows, limit, requests } = waited
      const converting = convertingMs - convertedBefore
      waited = { rows: 0, limit: 0, requests: 0 }
      convertedBefore = convertingMs
      if (limit > rows && limit > requests) return 'limit'
      if (requests >= rows) return 'opensearch'
      return converting > rows / 2 ? 'converting' : 'reading'
    },
  }
}
