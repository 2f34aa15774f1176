import { expect, test } from 'vitest'
import { findForbidden } from './find-forbidden.ts'

const namesOf = (shipped: string[], tools: string[] = []) => {
  const toPackage = (license: string) => ({ name: `with ${license}`, license })
  const all = [...shipped, ...tools].map(toPackage)
  return findForbidden({ shipped: shipped.map(toPackage), all }).map(({ license }) => license)
}

test.each(['MIT', 'Apache-2.0', '(MIT OR GPL-3.0-only)', 'GPL-2.0-only OR BSD-3-Clause', 'MIT AND ISC'])(
  '%s may be shipped',
  (license) => expect(namesOf([license])).toEqual([]),
)

test.each(['GPL-3.0-only', 'MPL-2.0', 'Unknown', '', 'SEE LICENSE IN LICENSE', 'MIT AND GPL-3.0-only'])(
  '%s may not be shipped',
  (license) => expect(namesOf([license])).toEqual([license]),
)

test('a tool may have what is not shipped, and not everything', () => {
  expect(namesOf(['MIT'], ['MPL-2.0', 'AGPL-3.0-only', 'Unknown'])).toEqual(['AGPL-3.0-only', 'Unknown'])
})
