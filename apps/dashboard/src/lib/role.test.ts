import { expect, test } from 'vitest'
import { mayActAs, roles } from './role.ts'

test('a role may do what it needs and what lesser ones may, and no more', () => {
  const allowed = roles.map((role) => roles.filter((needed) => mayActAs(role, needed)))
  expect(allowed).toEqual([['viewer'], ['viewer', 'operator'], ['viewer', 'operator', 'admin']])
})
