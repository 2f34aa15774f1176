import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { removeSharedClock } from '../src/index.ts'

test('the shared clock of a killed program is removed, and another one is kept', async () => {
  // Above the largest possible process id, 2^22.
  const pid = 2 ** 22 + process.pid
  const filesOf = (id: number) => [`/dev/shm/faketime_shm_${id}`, `/dev/shm/sem.faketime_sem_${id}`]
  const other = pid * 10
  await Promise.all([...filesOf(pid), ...filesOf(other)].map((file) => writeFile(file, '')))
  await removeSharedClock(pid)
  expect(filesOf(pid).filter((file) => existsSync(file))).toEqual([])
  expect(filesOf(other).filter((file) => existsSync(file))).toEqual(filesOf(other))
  await removeSharedClock(other)
  await removeSharedClock(other) // there is none
})
