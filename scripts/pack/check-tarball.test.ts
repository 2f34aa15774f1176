import { expect, test } from 'vitest'
import { findLacking } from './check-tarball.ts'

const readme =
  'Load `dist/operations/alerts.yaml`. Start `node node_modules/ingestion-server/dist/main.js start`.'
const main = '/node_modules/ingestion-server/dist/main.js'

test('a file that the README of a package names has to be in the package', () => {
  expect(findLacking(readme, [main])).toEqual([
    'its README names dist/operations/alerts.yaml, which it lacks',
  ])
  const alerts = '/node_modules/ingestion-server/dist/operations/alerts.yaml'
  expect(findLacking(readme, [main, alerts])).toEqual([])
})
