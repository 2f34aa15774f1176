import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { maven, pythonVenv, chromium } from '../src/machine/needs.ts'
import { prepareMachine } from '../src/machine/prepare-machine.ts'
import { makeTestFolder } from './test-folder.ts'
import { writeProgram } from './write-program.ts'

/** An apt-get that writes down how it is called, and, asked for maven, brings mvn. */
const fakeApt = `
import { appendFileSync, writeFileSync } from 'node:fs'
const args = process.argv.slice(2)
appendFileSync(process.env.CALLS, args.filter((arg) => !arg.startsWith('-')).join(' ') + '\\n')
if (process.env.FAIL) { console.log('E: Unable to locate package'); process.exit(100) }
if (args.includes('maven')) writeFileSync(process.env.PATH + '/mvn', '')
`

async function prepare() {
  const folder = await makeTestFolder()
  const bin = join(folder, 'bin')
  await writeProgram(bin, 'apt-get', fakeApt)
  const calls = join(folder, 'calls')
  return { env: { PATH: bin, CALLS: calls, CHROMIUM_PATH: join(bin, 'chromium') }, calls }
}

test('what is missing is installed at once, with a line for each, and once', async () => {
  const { env, calls } = await prepare()
  const lines: string[] = []
  const options = { env, mayInstall: true, onProgress: (line: string) => lines.push(line) }
  await prepareMachine([maven, maven], options)
  expect(await readFile(calls, 'utf8')).toBe('update\ninstall maven\n')
  expect(lines).toEqual(["Installing Debian's package maven: Maven, which downloads OpenSearch"])
  await prepareMachine([maven], options)
  expect(await readFile(calls, 'utf8')).toBe('update\ninstall maven\n')
})

test('where nothing may be installed all that is missing is named, with one command', async () => {
  const { env } = await prepare()
  const preparing = prepareMachine([maven, pythonVenv('for a test'), chromium], { env, mayInstall: false })
  await expect(preparing).rejects.toMatchObject({ code: 'missing_tools' })
  await expect(preparing).rejects.toThrow(
    /Maven, which downloads OpenSearch\n.*Python 3 with venv, for a test\n.*Chromium, for tests .*\nrun:\n\n {2}(sudo )?apt-get update && .*apt-get install .*maven python3-venv chromium-headless-shell$/,
  )
})

test('without a package manager there is no command to name', async () => {
  const preparing = prepareMachine([maven], { env: { PATH: '/nowhere' }, mayInstall: true })
  await expect(preparing).rejects.toThrow(/Maven, which downloads OpenSearch\ninstall them by hand$/)
})

test('an installation that fails says what apt-get said; one that brings nothing is noticed', async () => {
  const { env } = await prepare()
  await expect(prepareMachine([maven], { env: { ...env, FAIL: '1' }, mayInstall: true })).rejects.toThrow(
    /exit code 100:\nE: Unable to locate package/,
  )
  await expect(prepareMachine([chromium], { env, mayInstall: true })).rejects.toThrow(
    'Chromium is missing although apt-get installed it',
  )
})
