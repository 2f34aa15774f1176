import { expect, test } from 'vitest'
import { createOpenStreams } from './open-streams.ts'

const grace = (sessionId: string) => ({ userId: 'grace', sessionId })

test('a session has ten streams, and another one when one of them has ended', () => {
  const openStream = createOpenStreams()
  const streams = Array.from({ length: 10 }, () => openStream(grace('one')))
  expect(streams).not.toContain(null)
  expect(openStream(grace('one'))).toBeNull()
  expect(openStream(grace('two'))).not.toBeNull()
  streams[0]?.()
  streams[0]?.()
  expect(openStream(grace('one'))).not.toBeNull()
  expect(openStream(grace('one'))).toBeNull()
})

test('many sessions of a user have thirty streams in all, and other users have theirs', () => {
  const openStream = createOpenStreams()
  for (let count = 0; count < 30; count++) expect(openStream(grace(`session ${count}`))).not.toBeNull()
  expect(openStream(grace('another'))).toBeNull()
  expect(openStream({ userId: 'ada', sessionId: 'hers' })).not.toBeNull()
})
