import { existsSync } from 'node:fs'
import { mkdir, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createTemporaryFolder } from './temporary-folder.ts'

test('temporary folders that are left behind are listed, caches are not, and both are removed', async () => {
  const { path, listLeftovers, remove } = await createTemporaryFolder()
  for (const name of ['node-compile-cache', 'update-check', 'bun-node-0-a7733435c'])
    await mkdir(join(path, name))
  expect(await listLeftovers()).toEqual([])
  const left = [await mkdtemp(join(path, 'ingestion-test-')), join(path, 'tmp.eS0ny6EcA6')]
  await mkdir(join(path, 'tmp.eS0ny6EcA6'))
  expect((await listLeftovers()).sort()).toEqual(left.sort())
  await remove()
  expect(existsSync(path)).toBe(false)
})
