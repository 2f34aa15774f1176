import { expect, test } from 'vitest'
import manifest from '../../../../apps/dashboard/package.json' with { type: 'json' }
import { describeDemo } from './describe-demo.ts'

const text = describeDemo('npx ingestion-server start', {
  url: 'http://localhost:8001',
  databaseUrl: 'postgres://postgres@127.0.0.1:54329/catalog',
  openSearchUrl: 'http://127.0.0.1:9251',
  dataDir: '/home/ada/ingestion-demo',
})

test('a demo prints the command of the dashboard, with the addresses of its services', () => {
  expect(text).toContain(
    `  DATABASE_URL='postgres://postgres@127.0.0.1:54329/catalog' INGESTION_URL='http://localhost:8001' npx ${manifest.name}\n`,
  )
})

test('a demo prints commands to build an index and search it', () => {
  expect(text).toContain(
    '  npx ingestion-server reindex image --suffix 20231106 --wait --url http://localhost:8001\n',
  )
  expect(text).toContain("  curl 'http://127.0.0.1:9251/image-20231106/_search?q=title:harbour'\n")
})
