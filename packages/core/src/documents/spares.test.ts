import { expect, test } from 'vitest'
import { createSpares } from './spares.ts'

test('gives out what was given back, each once, and keeps no more than it may', () => {
  const spares = createSpares<string>(2)
  expect(spares.take()).toBeUndefined()
  for (const buffer of ['a', 'b', 'c']) spares.giveBack(buffer)
  expect([spares.take(), spares.take()].sort()).toEqual(['a', 'b'])
  expect(spares.take()).toBeUndefined()
  spares.giveBack('d')
  expect(spares.take()).toBe('d')
})
