import { expect, test } from 'vitest'
import { roles, type Role } from '../role.ts'
import { requireRole } from './require-role.ts'

const somebody = (role: Role) => ({ id: '1', name: 'grace', role, sessionId: 's' })

test('a user with the role or a higher one is admitted', () => {
  const user = somebody('admin')
  for (const role of roles) expect(requireRole({ locals: { user } }, role)).toBe(user)
})

test('a user with a lesser role gets 403 with the required role', () => {
  const locals = { user: somebody('viewer') }
  expect(() => requireRole({ locals }, 'operator')).toThrow(
    expect.objectContaining({
      status: 403,
      body: expect.objectContaining({
        message: 'This needs the role operator, and grace is viewer. An admin can change that.',
      }) as unknown,
    }),
  )
})

test('a visitor without a session gets 401', () => {
  expect(() => requireRole({ locals: { user: null } }, 'viewer')).toThrow(
    expect.objectContaining({ status: 401 }),
  )
})
