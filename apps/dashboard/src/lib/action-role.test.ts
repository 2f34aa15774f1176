import { actionFacts } from '@ingestion-server/core/actions'
import { expect, test } from 'vitest'
import { roleFor } from './action-role.ts'

test('each action has the role of its scope, and an unknown one that of admins', () => {
  for (const { name, scope } of Object.values(actionFacts))
    expect(roleFor(name)).toBe(scope === 'write' ? 'operator' : 'admin')
  expect(roleFor('RECONCILE')).toBe('admin')
  expect(roleFor('constructor')).toBe('admin')
})
