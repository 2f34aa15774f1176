import { expect, test } from 'vitest'
import { documentOf, imageRow } from './example-rows.ts'
import { image } from './image.ts'

const toDocument = (changes: Record<string, unknown>) => documentOf(image, imageRow(changes))

test('an image has a thumbnail, a shape, a size and an extension beside what all media have', () => {
  expect(toDocument({})).toMatchObject({
    id: 7,
    title: 'Orava castle',
    max_boost: 75,
    thumbnail: 'https://example.org/7-small.jpg',
    aspect_ratio: 'wide',
    size: 'medium',
    extension: 'jpg',
  })
})

test('an image without them has none of them', () => {
  const document = toDocument({ thumbnail: null, width: null, height: null, url: null })
  for (const field of ['thumbnail', 'aspect_ratio', 'size', 'extension'])
    expect(document).not.toHaveProperty(field)
})

test.each([
  [639, 480, 'small', 'wide'],
  [640, 480, 'medium', 'wide'],
  [480, 640, 'medium', 'tall'],
  [1600, 899, 'medium', 'wide'],
  [1600, 900, 'large', 'wide'],
  [1200, 1200, 'large', 'square'],
  [0, 0, 'small', 'square'],
  [2_147_483_647, 2_147_483_647, 'large', 'square'],
])('%s × %s pixels are %s and %s', (width, height, size, shape) => {
  expect(toDocument({ width, height })).toMatchObject({ size, aspect_ratio: shape })
})

test.each([
  { width: null, height: 768 },
  { width: 1024, height: null },
])('an image of which only one side is known has neither shape nor size: %o', (sides) => {
  const document = toDocument(sides)
  expect(document).not.toHaveProperty('aspect_ratio')
  expect(document).not.toHaveProperty('size')
})

test.each([
  ['https://example.org/7.JPG', 'jpg'],
  ['https://example.org/a.tar.gz', 'gz'],
  ['https://example.org/7.jpg?width=5.Ä', 'ä'],
  ['https://example.org/7.jpg?width=5', 'jpg?width=5'],
  ['https://example.org/7', undefined],
  ['https://example.org/7.', undefined],
  ['a.b/c', undefined],
  ['jpg', undefined],
  ['', undefined],
])('the extension of %j is %j', (url, extension) => {
  expect(toDocument({ url })['extension']).toBe(extension)
})
