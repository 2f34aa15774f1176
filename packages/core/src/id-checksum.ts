/**
 * A checksum of one id, to be added up over many: equal sums of ids, or of their squares, can be reached by different
 * ids, equal sums of checksums only by chance (2^-32).
 *
 * Postgres and OpenSearch compute it too, so it takes no more than 63-bit integers, and uses every intermediate value
 * once: Postgres evaluates an expression anew wherever it occurs. Multiplying modulo a prime and exclusive or are linear
 * each by itself, but not together.
 */
interface Arithmetic<T> {
  literal(value: bigint): T
  plus(left: T, right: T): T
  times(left: T, right: T): T
  /** Of a value that is not negative. */
  modulo(left: T, right: T): T
  and(left: T, right: T): T
  xor(left: T, right: T): T
  /** Arithmetic: copies the sign. */
  shiftRight(left: T, bits: T): T
}

/** The smallest prime above 2^32, so that no two ids below that have the same remainder. */
const prime = 4_294_967_311n
const low32 = 0xffff_ffffn
/**
 * Of each round. Factors are below 2^29: a value below 2^33 times one of these fits in 63 bits, with room for another
 * value below 2^33. With two rounds after the halves have met, differences of neighbours repeat as often as chance has
 * it; with one, forty times as often.
 */
const rounds = {
  low: [0x1b87_3593n, 0x9e37_79b9n],
  high: [0x1676_67b1n, 0x85eb_ca6bn],
  met: [0x1058_5a1dn, 0xc2b2_ae35n],
  second: [0x1f35_6915n, 0x27d4_eb2fn],
  third: [0x19d6_99a5n, 0x1656_67b1n],
} as const
type Round = (typeof rounds)[keyof typeof rounds]

/**
 * @param id a 64-bit integer
 * @returns a value from 0 to 2^33 - 1
 */
export function checksum<T>(id: T, by: Arithmetic<T>): T {
  const times = (value: T, [factor]: Round) => by.times(value, by.literal(factor))
  const end = (value: T, [, pattern]: Round) =>
    by.xor(by.modulo(value, by.literal(prime)), by.literal(pattern))
  const scatter = (value: T, round: Round) => end(times(value, round), round)
  const low = scatter(by.and(id, by.literal(low32)), rounds.low)
  const high = scatter(by.and(by.shiftRight(id, by.literal(32n)), by.literal(low32)), rounds.high)
  const met = end(by.plus(times(low, rounds.met), high), rounds.met)
  return scatter(scatter(met, rounds.second), rounds.third)
}

const inBigInt: Arithmetic<bigint> = {
  literal: (value) => value,
  plus: (left, right) => left + right,
  times: (left, right) => left * right,
  modulo: (left, right) => left % right,
  and: (left, right) => left & right,
  xor: (left, right) => left ^ right,
  shiftRight: (left, bits) => left >> bits,
}

export function checksumOf(id: bigint): bigint {
  return checksum(id, inBigInt)
}

const inPainless: Arithmetic<string> = {
  literal: (value) => `${value}L`,
  plus: (left, right) => `(${left} + ${right})`,
  times: (left, right) => `(${left} * ${right})`,
  modulo: (left, right) => `(${left} % ${right})`,
  and: (left, right) => `(${left} & ${right})`,
  xor: (left, right) => `(${left} ^ ${right})`,
  shiftRight: (left, bits) => `(${left} >> ${bits})`,
}

/** The same as an expression of Painless. @param id an expression of type long */
export function checksumScript(id: string): string {
  return checksum(id, inPainless)
}

/** What some ids amount to. Sums are exact up to 2^63 and wrap there, as OpenSearch's do. */
export interface IdTotals {
  count: bigint
  sum: bigint
  checksum: bigint
}

/** What a range amounts to, on either side: rows that should be documents, or the documents. */
export interface RangeSummary {
  mature: IdTotals
  others: IdTotals
}

export function emptySummary(): RangeSummary {
  const empty = (): IdTotals => ({ count: 0n, sum: 0n, checksum: 0n })
  return { mature: empty(), others: empty() }
}

/** Adds the totals of some ids to others, of ids that are not among them. */
export function addTotals(to: IdTotals, more: IdTotals): void {
  to.count += more.count
  to.sum += more.sum
  to.checksum += more.checksum
}

/** Whether two ranges hold the same ids, each mature in both or in neither, but for a chance of 2^-32. */
export function isSameSummary(left: RangeSummary, right: RangeSummary): boolean {
  return isSame(left.mature, right.mature) && isSame(left.others, right.others)
}

function isSame(left: IdTotals, right: IdTotals): boolean {
  const isSameSum = (name: keyof IdTotals) => BigInt.asIntN(64, left[name] - right[name]) === 0n
  return isSameSum('count') && isSameSum('sum') && isSameSum('checksum')
}
