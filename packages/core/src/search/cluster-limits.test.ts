import { expect, test } from 'vitest'
import { watermarkBytes } from './cluster-limits.ts'

test.each([
  ['85%', 15],
  ['100%', 0],
  ['0.85', 15],
  ['1.0', 0],
  ['50b', 50],
  ['2kb', 2_048],
  ['1.5kb', 1_536],
  ['500gb', 500 * 1024 ** 3],
  ['soon', null],
  ['', null],
])('a watermark of %s keeps %d of 100 bytes free', (watermark, free) => {
  const found = watermarkBytes(watermark, 100)
  if (free === null) expect(found).toBeNull()
  else expect(found).toBeCloseTo(free)
})
