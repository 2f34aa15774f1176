import type { BulkBody } from './bulk-body.ts'

/** Operations of a body from `first` up to but excluding `end`. */
export interface Part {
  body: BulkBody
  first: number
  end: number
}

export function lengthOf({ body, first, end }: Part): number {
  return body.slice(first, end).length
}

export function wholeOf(body: BulkBody): Part {
  return { body, first: 0, end: body.size }
}

export function positionsOf({ first, end }: Part): number[] {
  return Array.from({ length: end - first }, (_, index) => first + index)
}

/** Splits a body into parts of about `targetLength` bytes; a slightly longer body stays whole. */
export function splitByLength(body: BulkBody, targetLength: number): Part[] {
  const length = body.length / Math.max(1, Math.round(body.length / targetLength))
  const parts: Part[] = []
  for (let first = 0; first < body.size;) {
    const end = body.fit(first, length)
    parts.push({ body, first, end })
    first = end
  }
  return parts
}
