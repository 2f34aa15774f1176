import type { Phase, TaskItemSummary } from '@ingestion-server/sdk'

/** Consecutive items as one. Times in milliseconds since the epoch. */
export interface ItemPart {
  first: number
  items: number
  done: number
  claimed: number
  repeated: number
  share: number
  startedAt: number | null
  finishedAt: number | null
  /** Ids above `after`, up to `end`; null: it has none. */
  range: readonly [after: string | number | null, end: string | number | null] | null
}

export interface ItemStage extends Omit<ItemPart, 'first' | 'share' | 'range'> {
  stage: number
  phase: Phase
  parts: ItemPart[]
}

/** One run of a phase (`stage` of the API) as it is sent to the browser: lists instead of objects, because there are hundreds of parts. */
export type PackedStage = readonly [
  stage: number,
  phase: Phase,
  parts: readonly (readonly (number | string | null)[])[],
]

export function packStages({ stages }: TaskItemSummary): PackedStage[] {
  const ms = (time: string | null) => (time === null ? null : Date.parse(time))
  return stages.map(({ stage, phase, parts }) => [
    stage,
    phase,
    parts.map(({ first, items, done, claimed, repeated, share, startedAt, finishedAt, range }) => [
      ...[
        first,
        items,
        done,
        claimed,
        repeated,
        Math.round(share * 1_000) / 1_000,
        ms(startedAt),
        ms(finishedAt),
      ],
      ...(range ? [range.after, range.end] : []),
    ]),
  ])
}

/** @param isActive whether its task is; otherwise no item is in work, whatever its lease says */
export function unpackStages(
  packed: readonly PackedStage[],
  { isActive }: { isActive: boolean },
): ItemStage[] {
  return packed.map(([stage, phase, rows]) => {
    // Made by `packStages` of the same build.
    const parts = (rows as readonly (readonly number[])[]).map((row): ItemPart => {
      const [first = 0, items = 0, done = 0, claimed = 0, repeated = 0, share = 0, startedAt, finishedAt] =
        row
      const range = row.length > 8 ? ([row[8] ?? null, row[9] ?? null] as const) : null
      return {
        ...{ first, items, done, claimed: isActive ? claimed : 0, repeated, share, range },
        ...{ startedAt: startedAt ?? null, finishedAt: finishedAt ?? null },
      }
    })
    return { stage, phase, ...sumUp(parts), parts }
  })
}

/** At most `count` parts, with the same items. */
export function joinParts(parts: readonly ItemPart[], count: number): ItemPart[] {
  const perPart = Math.max(1, Math.ceil(parts.length / count))
  return Array.from({ length: Math.ceil(parts.length / perPart) }, (_, place) => {
    const joined = parts.slice(place * perPart, (place + 1) * perPart)
    const [first, last] = [joined[0] as ItemPart, joined.at(-1) as ItemPart]
    const { items, ...sums } = sumUp(joined)
    const share = joined.reduce((sum, part) => sum + part.share * part.items, 0) / Math.max(1, items)
    const range = first.range && last.range && ([first.range[0], last.range[1]] as const)
    return { first: first.first, items, ...sums, share, range }
  })
}

function sumUp(parts: readonly ItemPart[]) {
  const sum = (of: (part: ItemPart) => number) => parts.reduce((total, part) => total + of(part), 0)
  const times = (of: (part: ItemPart) => number | null) => parts.map(of).filter((time) => time !== null)
  const [starts, ends] = [times(({ startedAt }) => startedAt), times(({ finishedAt }) => finishedAt)]
  return {
    items: sum(({ items }) => items),
    done: sum(({ done }) => done),
    claimed: sum(({ claimed }) => claimed),
    repeated: sum(({ repeated }) => repeated),
    startedAt: starts.length === 0 ? null : Math.min(...starts),
    finishedAt: ends.length === 0 ? null : Math.max(...ends),
  }
}
