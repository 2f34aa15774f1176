import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { expect, onTestFinished, test, vi } from 'vitest'
import { lockFolder, startPostgres, type PostgresOptions, type RunningPostgres } from '../src/index.ts'
import { readProcess } from '../src/process/read-process.ts'
import { makeTestFolder } from './test-folder.ts'

async function start(options: PostgresOptions = {}): Promise<RunningPostgres> {
  const running = await startPostgres({ durable: false, ...options })
  onTestFinished(() => running.stop())
  return running
}

function connect(url: string): postgres.Sql {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  onTestFinished(() => sql.end({ timeout: 1 }))
  return sql
}

test('Postgres starts on a free port, in UTC, with the database asked for, and leaves nothing behind', async () => {
  const running = await start({ database: 'my-catalog' })
  const sql = connect(running.url)
  const [row] = await sql`select current_database() as database, current_setting('timezone') as zone`
  expect(row).toEqual({ database: 'my-catalog', zone: 'UTC' })
  await running.stop()
  await running.stop()
  expect(existsSync(running.dataDir)).toBe(false)
  expect(await running.exited).toBe('exit code 0')
})

test('committed rows survive a kill, and the same folder starts on the same port', async () => {
  const dataDir = join(await makeTestFolder(), 'postgres')
  const first = await start({ dataDir })
  await connect(first.url)`create table kept as select 1 as id`
  // Its shared memory is in its folder: in /dev/shm it would stay after the kill.
  expect(await readdir(join(first.dataDir, 'pg_dynshmem'))).not.toEqual([])
  await first.kill()
  expect(await first.exited).toBe('signal SIGKILL')
  const second = await start({ dataDir, port: first.port })
  expect(await connect(second.url)`select id from kept`).toEqual([{ id: 1 }])
})

test('a folder that is in use is refused by the number of the process', async () => {
  const dataDir = join(await makeTestFolder(), 'postgres')
  await start({ dataDir })
  await expect(startPostgres({ dataDir })).rejects.toMatchObject({ code: 'folder_in_use', pid: process.pid })
})

test('a port that is taken is named, and nothing is left running', async () => {
  const { port } = await start()
  const dataDir = join(await makeTestFolder(), 'postgres')
  await expect(startPostgres({ dataDir, port })).rejects.toMatchObject({ code: 'port_taken', port })
  await (await lockFolder(dataDir)).release()
})

test('below a folder that only root may enter it works too, and finds its data again', async () => {
  const parent = await makeTestFolder()
  await chmod(parent, 0o700)
  const dataDir = join(parent, 'clone', '.data')
  const first = await start({ dataDir })
  if (!first.dataDir.startsWith(parent)) onTestFinished(() => rm(dirname(first.dataDir), { recursive: true }))
  await connect(first.url)`create table kept as select 1 as id`
  await first.stop()
  const second = await start({ dataDir })
  expect(second.dataDir).toBe(first.dataDir)
  expect(await connect(second.url)`select id from kept`).toEqual([{ id: 1 }])
})

test('in a temporary folder that only root may enter it leaves nothing behind', async () => {
  const parent = await makeTestFolder()
  await chmod(parent, 0o700)
  vi.stubEnv('TMPDIR', parent)
  onTestFinished(() => void vi.unstubAllEnvs())
  const running = await startPostgres({ durable: false })
  const folder = dirname(running.dataDir)
  expect(existsSync(folder)).toBe(true)
  await running.stop()
  expect(existsSync(folder)).toBe(false)
  expect(await readdir(parent)).toEqual([])
})

test('when the process that started it is killed, it ends, and its folder can be started on', async () => {
  const dataDir = join(await makeTestFolder(), 'postgres')
  const script = fileURLToPath(new URL('fixtures/start-and-wait.ts', import.meta.url))
  const parent = spawn(process.execPath, [script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [pid] = (await once(parent.stdout.setEncoding('utf8'), 'data')) as [string]
  parent.kill('SIGKILL')
  await once(parent, 'exit')
  // Whether the guard or this start ends the old one, this start waits for its end.
  const second = await start({ dataDir })
  expect(second.pid).not.toBe(Number(pid))
  expect(await readProcess(Number(pid))).toBeUndefined()
})

test('a start that is called off leaves nothing running', async () => {
  const dataDir = join(await makeTestFolder(), 'postgres')
  const controller = new AbortController()
  const starting = startPostgres({ dataDir, signal: controller.signal, onProgress: () => controller.abort() })
  await expect(starting).rejects.toThrow('abort')
  expect(existsSync(join(dataDir, 'data', 'postmaster.pid'))).toBe(false)
})
