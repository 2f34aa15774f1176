import { actionFacts } from '@ingestion-server/core/actions'
import { expect, test } from 'vitest'
import { actionWords, roleFor } from './action-words.ts'

test('each action has the name and the role of its facts', () => {
  const facts = Object.values(actionFacts)
  expect(actionWords).toEqual(Object.fromEntries(facts.map(({ name, label }) => [name, label])))
  for (const { name, scope } of facts) expect(roleFor(name)).toBe(scope === 'write' ? 'operator' : 'admin')
  expect(roleFor('RECONCILE')).toBe('admin')
  expect(roleFor('constructor')).toBe('admin')
})
