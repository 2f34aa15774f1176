import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checksum, checksumOf } from './id-checksum.ts'

const id = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -50n, max: 1_000n }),
)
const sum = (ids: readonly bigint[], of: (id: bigint) => bigint) =>
  ids.reduce((total, each) => total + of(each), 0n)

test('sets of ids with equal sums, and with equal sums of squares, differ', () => {
  for (const [left, right] of [
    [
      [0n, 4n, 5n],
      [1n, 2n, 6n],
    ],
    [
      [1n, 4n],
      [2n, 3n],
    ],
    // Equal sums of powers up to the fifth (Prouhet, Tarry, Escott).
    [
      [0n, 5n, 6n, 16n, 17n, 22n],
      [1n, 2n, 10n, 12n, 20n, 21n],
    ],
    [
      [0n, 2n ** 31n],
      [1n, 2n ** 31n - 1n],
    ],
    [
      [0n, 4_294_967_311n],
      [1n, 4_294_967_310n],
    ],
    [
      [2n ** 33n, -(2n ** 33n)],
      [2n ** 40n, -(2n ** 40n)],
    ],
    [
      [5n, 5n],
      [4n, 6n],
    ],
  ] as const) {
    expect(sum(left, (each) => each)).toBe(sum(right, (each) => each))
    expect(sum(left, checksumOf)).not.toBe(sum(right, checksumOf))
  }
})

test('steps from one id to the next repeat no more often than chance has it, anywhere', () => {
  const ids = 60_000
  for (const start of [0n, 2n ** 31n - 30_000n, 2n ** 32n - 30_000n, -30_000n, 2n ** 53n, -(2n ** 63n)]) {
    const steps = new Set<bigint>()
    for (let step = 0; step < ids; step++) {
      steps.add(checksumOf(start + BigInt(step) + 1n) - checksumOf(start + BigInt(step)))
    }
    // Among n values out of 2^33, weighted like a difference of two, n² / 2 / (1.5 * 2^32) are equal by chance: 0.3.
    expect(ids - steps.size).toBeLessThan(8)
  }
})

test('moving two ids in opposite directions, by any distance, is seen', () => {
  fc.assert(
    fc.property(id, id, fc.bigInt({ min: 1n, max: 2n ** 40n }), (left, right, distance) => {
      fc.pre(left + distance !== right && left + distance < 2n ** 63n && right - distance >= -(2n ** 63n))
      fc.pre(left !== right - distance)
      expect(checksumOf(left) + checksumOf(right)).not.toBe(
        checksumOf(left + distance) + checksumOf(right - distance),
      )
    }),
    { numRuns: 5_000, seed: 1 },
  )
})

test('no intermediate value leaves 63 bits', () => {
  const checked = (value: bigint) => {
    if (value < -(2n ** 63n) || value >= 2n ** 63n) throw new RangeError(`${value} is not a 64-bit integer`)
    return value
  }
  fc.assert(
    fc.property(id, (each) => {
      const value = checksum(each, {
        literal: checked,
        plus: (left, right) => checked(left + right),
        times: (left, right) => checked(left * right),
        modulo(left, right) {
          expect(left >= 0n).toBe(true)
          return left % right
        },
        and: (left, right) => left & right,
        xor: (left, right) => checked(left ^ right),
        shiftRight: (left, bits) => left >> bits,
      })
      expect(value >= 0n && value < 2n ** 33n).toBe(true)
    }),
    { numRuns: 2_000 },
  )
})
