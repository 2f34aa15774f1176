import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheDirOf } from '@ingestion-server/local-services'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parseConfig } from '../../apps/server/src/composition/config.ts'
import { readBlocks } from '@ingestion-server/server/testing/docs-blocks.ts'
import { findSystemdAnalyze, type Tool } from '../tools/find-debian-tools.ts'
import { tryRun } from '../tools/run.ts'
import { deployDir } from './tools.ts'

const source = join(deployDir, 'systemd')
const units = (await readdir(source)).filter((name) => name.endsWith('.service'))

let analyze: Tool
let folder: string

beforeAll(async () => {
  analyze = await findSystemdAnalyze(cacheDirOf(process.env))
  folder = await mkdtemp(join(tmpdir(), 'ingestion-units-'))
  for (const unit of units) await writeFile(join(folder, unit), await readUnit(unit))
  // Units of the system, which a machine without systemd doesn't have.
  for (const name of [
    'network-online.target',
    'multi-user.target',
    'sysinit.target',
    'basic.target',
    'shutdown.target',
  ])
    await writeFile(join(folder, name), '[Unit]\nDescription=any\n')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test.each(units)('%s is a unit that systemd accepts', async (unit) => {
  expect(await verify(join(folder, unit))).toEqual({ exitCode: 0, output: '' })
})

test.each(units)('%s starts a program that is built, with options that it knows', async (unit) => {
  const command = /^ExecStart=\S+ (?:--\S+ )*(\S+)(.*)$/m.exec(await readUnit(unit))
  const [, file = '', options = ''] = command ?? []
  const built = ['server/main.mjs', 'server/migrate.mjs', 'dashboard/build/index.js']
  expect(built.map((name) => `/opt/ingestion-server/${name}`)).toContain(file)
  expect(options).toMatch(file.endsWith('main.mjs') ? /^ --role (all|api|worker)$/ : /^$/)
})

test('server.env.example has values that the server accepts', async () => {
  const lines = (await readFile(join(source, 'server.env.example'), 'utf8')).split('\n')
  const pairs = lines.flatMap((line) => {
    const [, name, value] = /^(\w+)=(.*)$/.exec(line) ?? []
    return name === undefined || value === undefined ? [] : [[name, value] as const]
  })
  expect(lines.filter((line) => line !== '' && !line.startsWith('#'))).toHaveLength(pairs.length)
  for (const ROLE of ['all', 'api', 'worker'])
    expect(parseConfig({ ...Object.fromEntries(pairs), ROLE }).catalogSchema).toBe('public')
})

test('the drop-in of deploy/README.md replaces the program of a unit', async () => {
  const [dropIn = '', ...more] = await readBlocks('deploy/README.md', 'ini')
  expect(more).toEqual([])
  const ownFolder = join(folder, 'ingestion-api.service.d')
  await mkdir(ownFolder)
  try {
    await writeFile(join(ownFolder, 'package.conf'), dropIn.replace('/usr/bin/node', process.execPath))
    expect(await verify(join(folder, 'ingestion-api.service'))).toEqual({ exitCode: 0, output: '' })
    await writeFile(join(ownFolder, 'package.conf'), dropIn.replace('ExecStart=\n', ''))
    // Two programs: the empty line is needed.
    expect((await verify(join(folder, 'ingestion-api.service'))).output).toContain('ExecStart')
  } finally {
    await rm(ownFolder, { recursive: true })
  }
})

test('a directive or a value that systemd does not know is reported', async () => {
  const text = await readUnit('ingestion-api.service')
  const file = join(folder, 'wrong.service')
  await writeFile(file, text.replace('ProtectHome=yes', 'ProtectHom=yes').replace('Type=exec', 'Type=any'))
  const { output } = await verify(file)
  expect(output).toContain('ProtectHom')
  expect(output).toContain('service type')
})

test.each(units)('%s gives its process few rights', async (unit) => {
  // 0: none, 10: all. What remains is the network, and V8's executable memory.
  const args = ['security', '--no-pager', '--offline=true', '--threshold=15', join(folder, unit)]
  const { exitCode, output } = await tryRun(analyze.file, args, { env: analyze.env })
  expect(output).toContain('Overall exposure level')
  expect(exitCode, output).toBe(0)
})

test.each(units)('%s waits longer for a stop than a process needs', async (unit) => {
  const text = await readUnit(unit)
  if (text.includes('Type=oneshot')) return expect(text).toMatch(/^TimeoutStartSec=3700$/m)
  // apps/server/src/main.ts: at most 9.5 s
  expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(text)?.[1])).toBeGreaterThan(10)
})

function verify(file: string) {
  const env = { ...analyze.env, SYSTEMD_UNIT_PATH: `${folder}:`, SYSTEMD_LOG_LEVEL: 'warning' }
  return tryRun(analyze.file, ['verify', '--man=no', file], { env })
}

/** With the Node of this machine: systemd looks for the program. */
async function readUnit(name: string): Promise<string> {
  return (await readFile(join(source, name), 'utf8')).replace('/usr/bin/node', process.execPath)
}
