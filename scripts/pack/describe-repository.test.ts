import { expect, test } from 'vitest'
import { describeRepository } from './describe-repository.ts'

const text = (url: string) =>
  `packages/sdk/package.json lacks the repository that provenance needs; add "repository": {"type":"git","url":"${url}","directory":"packages/sdk"}`

test.each([
  'https://git.example.org/ada/search.git',
  'https://user:secret@git.example.org/ada/search',
  'ssh://git@git.example.org:2222/ada/search.git',
  'git@git.example.org:ada/search.git',
])('the line that a manifest lacks has the URL of the remote %s', (remote) => {
  expect(describeRepository('packages/sdk', remote)).toBe(text('git+https://git.example.org/ada/search.git'))
})

test.each([null, '/srv/clones/search', 'file:///srv/clones/search.git'])(
  'without a remote on another machine it has placeholders: %s',
  (remote) => {
    expect(describeRepository('packages/sdk', remote)).toBe(text('git+https://<host>/<owner>/<name>.git'))
  },
)
