import { expect, test } from 'vitest'
import { mayActAs, roles, type Role } from './role.ts'

test('a role may do what it needs and what lesser ones may, and nothing of an unknown one', () => {
  const allowed = roles.map((role) => roles.filter((needed) => mayActAs(role, needed)))
  expect(mayActAs('admin', 'auditor' as Role)).toBe(false)
  expect(allowed).toEqual([['viewer'], ['viewer', 'operator'], ['viewer', 'operator', 'admin']])
})
