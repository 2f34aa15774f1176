import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { lockFolder, startServices } from '../src/index.ts'
import { makeTestFolder } from './test-folder.ts'

const openSearchUrl = 'http://opensearch.example:9200'

test('what the environment names is used, and nothing is started or written', async () => {
  const dataDir = join(await makeTestFolder(), 'data')
  const env = { DATABASE_URL: 'postgres://catalog.example/catalog', OPENSEARCH_URL: openSearchUrl }
  const services = await startServices({ dataDir, env })
  expect(services).toMatchObject({ databaseUrl: env.DATABASE_URL, openSearchUrl })
  await services.stop()
  expect(existsSync(dataDir)).toBe(false)
})

test('the database is prepared before the services are handed over, and stop ends them', async () => {
  const dataDir = join(await makeTestFolder(), 'data')
  const prepared: string[] = []
  const prepareDatabase = async (url: string) => void prepared.push(url)
  const services = await startServices({ dataDir, env: { OPENSEARCH_URL: openSearchUrl }, prepareDatabase })
  expect(prepared).toEqual([services.databaseUrl])
  await services.stop()
  expect(await services.ended).toBe('Postgres ended: exit code 0')
})

test('when one thing fails, nothing is left running', async () => {
  const dataDir = join(await makeTestFolder(), 'data')
  const prepareDatabase = () => Promise.reject(new Error('the disk is full'))
  const env = { OPENSEARCH_URL: openSearchUrl }
  await expect(startServices({ dataDir, env, prepareDatabase })).rejects.toThrow('the disk is full')
  await (await lockFolder(join(dataDir, 'postgres'))).release()
  expect(existsSync(join(dataDir, 'postgres', 'data', 'postmaster.pid'))).toBe(false)
})
