import { expect, test } from 'vitest'
import { fieldInReason, markField } from './mark-field.ts'

test.each([
  ["failed to parse field [tags.accuracy] of type [float] in document with id '1'", 'tags.accuracy'],
  ['mapper_parsing_exception: object mapping for [meta] tried to parse field [null] as object', 'meta'],
  ['disk usage exceeded', null],
])('the field of %j is %s', (reason, field) => {
  expect(fieldInReason(reason)).toBe(field)
})

test.each([
  [
    '{"accuracy":1,"tags":[{"name":"a","accuracy":"h\\"i,gh"}],"z":1}',
    'tags.accuracy',
    '"accuracy":"h\\"i,gh"',
  ],
  ['{"meta":{"a":[1,2]},"z":1}', 'meta', '"meta":{"a":[1,2]}'],
  ['{"title":"cut off in the mid', 'title', '"title":"cut off in the mid'],
  ['{"title":"x"}', 'height', ''],
  ['{"title":"x"}', null, ''],
])('in %s the field %s is %s, and nothing of the body is lost', (body, field, marked) => {
  const parts = markField(body, field)
  expect(parts.marked).toBe(marked)
  expect(parts.before + parts.marked + parts.after).toBe(body)
})
