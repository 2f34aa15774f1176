import { expect, test } from 'vitest'
import type { z } from 'zod'
import { actionFacts, actionNames, type ActionFacts } from './facts.ts'
import { createTaskRequestSchemas } from './requests.ts'

test.each(actionNames)('%s: the facts have the fields of the request, and require the same ones', (name) => {
  const { fields }: ActionFacts = actionFacts[name]
  const shape: Record<string, z.ZodType> = createTaskRequestSchemas(['image'])[name].shape
  expect(['action', 'model', ...Object.keys(fields)].toSorted()).toEqual(Object.keys(shape).toSorted())
  for (const [field, { kind, isRequired = false }] of Object.entries(fields)) {
    // Clients fill in the alias of the model.
    const needsValue = shape[field]?.safeParse(undefined).success === false && kind !== 'alias'
    expect([field, isRequired]).toEqual([field, needsValue])
  }
})
