import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { listOperations } from '../apps/server/src/http/operation.ts'
import { createAppHarness } from '@ingestion-server/server/testing/app-harness.ts'
import {
  createTaskRequestSchemas,
  phases,
  submissionOptionsSchema,
} from '../packages/core/src/contract/index.ts'

// The reference pages name exactly what the source has.

const read = (path: string) => readFileSync(resolve(import.meta.dirname, '..', path), 'utf8')
const findAll = (text: string, pattern: RegExp) =>
  [...new Set(Array.from(text.matchAll(pattern), ([, name = '']) => name))].sort()

/** The part of a page under a heading, up to the next one of the same level. */
function section(page: string, heading: string): string {
  const [, body = ''] = page.split(`\n## ${heading}\n`)
  return body.split('\n## ')[0] ?? ''
}
/** In the first column of tables: names in backquotes. */
const firstColumn = (text: string) => [...text.matchAll(/^\| ([^|]*) \|/gm)].map(([, cell]) => cell).join(' ')

const configuration = read('docs/reference/configuration.md')
const api = read('docs/reference/http-api.md')

test('the configuration page has every variable of the server', () => {
  const known = findAll(read('apps/server/src/composition/config.ts'), /^ {2}([A-Z][A-Z_]+): variable\(/gm)
  expect(known.length).toBeGreaterThan(30)
  expect(findAll(firstColumn(section(configuration, 'Server')), /`([A-Z_]+)`/g)).toEqual(known)
})

test('the configuration page has every variable of the dashboard', () => {
  const known = findAll(
    read('apps/dashboard/src/env.ts') + read('apps/dashboard/host.js'),
    /(?:^ {2}|process\.env\.)([A-Z][A-Z_]+)(?:: \{| \|\|| \?\?|\))/gm,
  )
  expect(known.length).toBeGreaterThan(10)
  expect(findAll(firstColumn(section(configuration, 'Dashboard')), /`([A-Z_]+)`/g)).toEqual(known)
})

test('the HTTP API page has every error code that the server can respond with', () => {
  const [, codes = ''] = read('packages/sdk/src/errors/error-code.ts').split('type ServerErrorCode =')
  const known = findAll(codes.split('/**')[0] ?? '', /\| '(\w+)'/g)
  const errors = section(api, 'Errors')
  const named = findAll(errors, /`([a-z]+(?:_[a-z]+)+|unauthorized)`/g)
  const others = ['max_failed', 'request_id', 'task_id']
  expect(named.filter((name) => !others.includes(name))).toEqual(known)
})

test('the HTTP API page has every field of every action', () => {
  const text = section(api, 'Create a task')
  const schemas = createTaskRequestSchemas(['image'])
  const rows = [...text.matchAll(/^\| `([A-Z_]+)` +\| (.*) \|$/gm)]
  expect(rows.map(([, action]) => action)).toEqual(Object.keys(schemas))
  for (const [, action = '', fields = ''] of rows) {
    const known = Object.keys(schemas[action as keyof typeof schemas].shape)
    const ofAction = known.filter((name) => name !== 'model' && name !== 'action')
    expect(findAll(fields, /`(\w+)`/g), action).toEqual(ofAction.sort())
  }
  const [line = ''] = text.match(/^Each action also takes .*$/m) ?? []
  expect(findAll(line, /`(\w+)`/g)).toEqual(Object.keys(submissionOptionsSchema.shape).sort())
})

test('the HTTP API page has every operation', () => {
  const known = listOperations(createAppHarness().app).map(
    ({ method, path }) => `${method.toUpperCase()} ${path}`,
  )
  const page = findAll(api, /`((?:GET|POST|PATCH|DELETE) \/[^`]*)`/g)
  expect(page).toEqual(known.sort())
})

test('the architecture and the HTTP API name only phases that exist', () => {
  const [line = ''] = section(api, 'Task resource').match(/^\| `phase`.*$/m) ?? []
  const named = [
    ...findAll(line, /`(\w+)`/g).filter((name) => name !== 'phase'),
    ...findAll(section(read('ARCHITECTURE.md'), 'Actions, phases and work items'), /^\| ([a-z_]+) +\|/gm),
  ].filter((name) => name !== 'phase')
  expect(named.length).toBeGreaterThan(15)
  expect(named.filter((name) => !phases.some((phase) => phase === name))).toEqual([])
})
