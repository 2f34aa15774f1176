import type { AliasHistory } from '@ingestion-server/sdk'

export type AliasMove = AliasHistory['moves'][number]

/** A time during which an alias pointed to an index. */
export interface AliasSpan {
  /** Null: to none. */
  index: string | null
  from: string
  /** Null: until now. */
  until: string | null
  /** The move that began it. */
  move: AliasMove
}

/**
 * The times between the moves of one alias.
 *
 * @param moves newest first, all of the same alias
 * @returns newest first
 */
export function toSpans(moves: readonly AliasMove[]): AliasSpan[] {
  return moves.map((move, place) => ({
    index: move.to,
    from: move.movedAt,
    until: moves[place - 1]?.movedAt ?? null,
    move,
  }))
}

/** Positions of spans on a time axis that ends now, in percent of its width. */
export function placeSpans(
  spans: readonly AliasSpan[],
  now: number,
): { span: AliasSpan; start: number; width: number }[] {
  const first = Math.min(now, ...spans.map(({ from }) => Date.parse(from)))
  const whole = now - first || 1
  const place = (at: string | null) =>
    ((Math.min(now, at === null ? now : Date.parse(at)) - first) / whole) * 100
  return spans.map((span) => ({
    span,
    start: place(span.from),
    width: Math.max(0, place(span.until) - place(span.from)),
  }))
}
