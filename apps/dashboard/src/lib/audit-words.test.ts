import { expect, test } from 'vitest'
import { auditFacts, subjectLink, taskLink } from './audit-words.ts'
import { auditVerb } from './server/audit-verb.ts'

const task = '0190f0c5-7d5c-7a3e-8f00-0123456789ab'
const entry = (action: string, subject: string | null, detail: object = {}) => ({ action, subject, detail })

test('an entry links to the index, task, user or token that it names', () => {
  const build = entry('submit', 'image-2', {
    action: 'REINDEX',
    model: 'image',
    index_suffix: '2',
    max_failed: 3,
    taskId: task,
  })
  expect([auditVerb(build), subjectLink(build), taskLink(build)]).toEqual([
    'Started to build',
    '/indices/image-2',
    `/tasks/${task}`,
  ])
  expect(auditFacts(build)).toEqual({ end: '', facts: ['max failed: 3'] })
  expect(subjectLink(entry('submit', 'image', { action: 'REINDEX', model: 'image' }))).toBe('/indices')
  expect(subjectLink(entry('cancel', task))).toBe(`/tasks/${task}`)
  expect(subjectLink(entry('roll_back', task, { taskId: 'x' }))).toBe(`/tasks/${task}`)
  expect(subjectLink(entry('roll_back', 'image'))).toBe('/indices')
  expect(subjectLink(entry('change_role', 'ada b'))).toBe('/users#user-ada%20b')
  expect(subjectLink(entry('revoke_token', 'nightly', { id: task }))).toBe(`/tokens#token-${task}`)
  expect(subjectLink(entry('create_token', 'nightly'))).toBe('/tokens')
  expect(subjectLink(entry('sign_in', 'ada'))).toBe('/audit?actor=ada')
  expect([subjectLink(entry('sign_out', null)), taskLink(entry('sign_out', null))]).toEqual([null, null])
})

test('an action that this version does not know is shown by its name', () => {
  expect(auditVerb(entry('submit', 'image-2', { action: 'REFRESH' }))).toBe('Started')
  expect(auditVerb(entry('approve', null))).toBe('approve')
})
