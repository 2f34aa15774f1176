/**
 * A checksum of one id, to be summed over many. Different sets of ids can have equal sums of ids or of squares, but
 * equal sums of checksums only by chance (2^-32).
 *
 * Postgres and OpenSearch compute it too, so it uses at most 63-bit integers, and each intermediate value only once,
 * because Postgres evaluates a repeated expression again. Multiplication modulo a prime and exclusive or are each
 * linear, but not in combination.
 */
interface Arithmetic<T> {
  literal(value: bigint): T
  plus(left: T, right: T): T
  times(left: T, right: T): T
  /** `left` must not be negative. */
  modulo(left: T, right: T): T
  and(left: T, right: T): T
  xor(left: T, right: T): T
  /** Arithmetic shift: copies the sign. */
  shiftRight(left: T, bits: T): T
}

/** The smallest prime above 2^32, so that no two ids below 2^32 have the same remainder. */
const prime = 4_294_967_311n
const low32 = 0xffff_ffffn
/**
 * Constants of each round. Factors are below 2^29: a value below 2^33 times one of them fits in 63 bits, with room to
 * add another value below 2^33. With two rounds after the halves are combined, differences of neighbouring ids repeat
 * as often as expected by chance; with one round, forty times as often.
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

/** The checksum as a Painless expression. @param id an expression of type long */
export function checksumScript(id: string): string {
  return checksum(id, inPainless)
}

/** Totals of a set of ids. Sums are exact up to 2^63 and wrap there, as in OpenSearch. */
export interface IdTotals {
  count: bigint
  sum: bigint
  checksum: bigint
}

/** Totals of a range, either of the rows that should have a document or of the documents. */
export interface RangeSummary {
  mature: IdTotals
  others: IdTotals
}

export function emptySummary(): RangeSummary {
  const empty = (): IdTotals => ({ count: 0n, sum: 0n, checksum: 0n })
  return { mature: empty(), others: empty() }
}

/** Adds the totals of one set of ids to those of a disjoint set. */
export function addTotals(to: IdTotals, more: IdTotals): void {
  to.count += more.count
  to.sum += more.sum
  to.checksum += more.checksum
}

/** Whether two ranges hold the same ids with the same maturity. Wrong with a probability of 2^-32. */
export function isSameSummary(left: RangeSummary, right: RangeSummary): boolean {
  return isSame(left.mature, right.mature) && isSame(left.others, right.others)
}

function isSame(left: IdTotals, right: IdTotals): boolean {
  const isSameSum = (name: keyof IdTotals) => BigInt.asIntN(64, left[name] - right[name]) === 0n
  return isSameSum('count') && isSameSum('sum') && isSameSum('checksum')
}
