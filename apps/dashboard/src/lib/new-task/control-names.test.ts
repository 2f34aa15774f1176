import { UnfilteredIndexError } from '@ingestion-server/core'
import { actionFacts } from '@ingestion-server/core/actions'
import { expect, test } from 'vitest'
import { shownFacts } from '../server/shown-facts.ts'
import { nameControls, namedExceptions } from './control-names.ts'

const { controls } = shownFacts('promote')

test('every field of a request has the name of a control, wherever a message names it', () => {
  for (const { command, fields } of Object.values(actionFacts))
    for (const name of Object.keys(fields).filter((each) => each.includes('_')))
      expect(nameControls(`${name} is wrong`, shownFacts(command).controls)).toMatch(/^“[A-Z].*” is wrong$/)
})

test('an exception is to be checked, and other words and names stay', () => {
  const { message } = new UnfilteredIndexError('image-filtered', 'image-2023_11', 'it holds all documents')
  expect(nameControls(message, controls)).toContain(
    'or check “Serve all documents” to serve all documents on purpose',
  )
  expect(nameControls(message, controls)).toContain('image-2023_11')
  expect(namedExceptions(message, controls)).toEqual(['allow_unfiltered'])
  const byLabel = 'choose another index, or check “Serve all documents”'
  expect(namedExceptions(byLabel, controls)).toEqual(['allow_unfiltered'])
  expect(namedExceptions('index is busy', controls)).toEqual([])
})
