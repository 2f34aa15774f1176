import { UnfilteredIndexError } from '@ingestion-server/core'
import { actionFacts } from '@ingestion-server/core/actions'
import { expect, test } from 'vitest'
import { actions } from '../actions/index.ts'
import { namedExceptions } from '../actions/point-alias/exceptions.ts'
import { nameControls } from './control-names.ts'

test('every field of a request has the name of a control, wherever a message names it', () => {
  for (const { name: action, fields } of Object.values(actionFacts))
    for (const name of Object.keys(fields).filter((each) => each.includes('_')))
      expect(nameControls(`${name} is wrong`, actions[action].labels)).toMatch(/^“[A-Z].*” is wrong$/)
})

test('an exception is to be checked, and other words and names stay', () => {
  const { message } = new UnfilteredIndexError('image-filtered', 'image-2023_11', 'it holds all documents')
  expect(nameControls(message, actions.POINT_ALIAS.labels)).toContain(
    'or check “Serve all documents” to serve all documents on purpose',
  )
  expect(nameControls(message, actions.POINT_ALIAS.labels)).toContain('image-2023_11')
  expect(namedExceptions(message)).toEqual(['allow_unfiltered'])
  expect(namedExceptions('choose another index, or check “Serve all documents”')).toEqual([
    'allow_unfiltered',
  ])
  expect(namedExceptions('index is busy')).toEqual([])
})
