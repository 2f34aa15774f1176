/** Pseudorandom numbers, deterministic for a seed. */
export interface Random {
  /** From 0 (included) to 1 (excluded). */
  next: () => number
  /** A whole number, both bounds included. */
  integer: (min: number, max: number) => number
  pick: <Item>(items: readonly Item[]) => Item
  /** True with this probability, 0 to 1. */
  chance: (share: number) => boolean
  hex: (digits: number) => string
}

/** mulberry32: 32 bits of state, enough for sample data. */
export function createRandom(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0 // seeds in a row give unlike rows
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const integer = (min: number, max: number) => min + Math.floor(next() * (max - min + 1))
  return {
    next,
    integer,
    pick: <Item>(items: readonly Item[]) => {
      if (items.length === 0) throw new RangeError('nothing to pick from')
      return items[integer(0, items.length - 1)] as Item // the index lies inside; the item itself may be undefined
    },
    chance: (share) => next() < share,
    hex: (digits) => {
      let text = ''
      while (text.length < digits) text += integer(0, 0xffffffff).toString(16).padStart(8, '0')
      return text.slice(0, digits)
    },
  }
}
