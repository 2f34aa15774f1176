import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FolderInUseError, lockFolder } from '../src/index.ts'
import { waitForFolder } from '../src/process/lock-folder.ts'
import { makeTestFolder } from './test-folder.ts'

test('of many that take a folder at once one gets it, and the others learn which process has it', async () => {
  const folder = await makeTestFolder()
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)))
  const refused = results
    .filter((result) => result.status === 'rejected')
    .map(({ reason }) => reason as unknown)
  expect(refused).toHaveLength(19)
  for (const error of refused)
    expect(error).toMatchObject({ code: 'folder_in_use', folder, pid: process.pid })
})

test('a lock whose process is dead is taken over by one only', async () => {
  const folder = await makeTestFolder()
  // This pid lives, but as a process that started at another time than the one that took the lock.
  await writeFile(join(folder, 'lock.3.json'), JSON.stringify({ pid: process.pid, started: '1' }))
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(folder)))
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await readdir(folder)).toEqual(['lock.4.json'])
})

test('of many that take and release a folder again and again never two have it', async () => {
  const folder = await makeTestFolder()
  let holders = 0
  let taken = 0
  const most = Array.from({ length: 10 }, async () => {
    let max = 0
    for (let round = 0; round < 50; round += 1) {
      const lock = await lockFolder(folder).catch((error: unknown) => {
        if (!(error instanceof FolderInUseError)) throw error
      })
      if (!lock) continue
      taken += 1
      max = Math.max(max, (holders += 1))
      await readdir(folder)
      holders -= 1
      await lock.release()
    }
    return max
  })
  expect(Math.max(...(await Promise.all(most)))).toBe(1)
  expect(taken).toBeGreaterThan(1)
})

test.each(['', 'not json', '{}', '{"pid":"1"}'])('a lock file that holds %j is taken over', async (text) => {
  const folder = await makeTestFolder()
  await writeFile(join(folder, 'lock.1.json'), text)
  await expect(lockFolder(folder)).resolves.toBeDefined()
})

test('a released folder is free again', async () => {
  const folder = await makeTestFolder()
  await (await lockFolder(folder)).release()
  await expect(lockFolder(folder)).resolves.toBeDefined()
})

test('a late release leaves the lock of the next holder alone', async () => {
  const folder = await makeTestFolder()
  const first = await lockFolder(folder)
  await first.release()
  await lockFolder(folder)
  await first.release()
  await expect(lockFolder(folder)).rejects.toThrow(FolderInUseError)
})

test('who waits for a folder gets it when it is released', async () => {
  const folder = await makeTestFolder()
  const first = await lockFolder(folder)
  const waiting = Promise.withResolvers<number>()
  const second = waitForFolder(folder, { onWait: waiting.resolve })
  expect(await waiting.promise).toBe(process.pid)
  await first.release()
  await expect(second).resolves.toBeDefined()
})
