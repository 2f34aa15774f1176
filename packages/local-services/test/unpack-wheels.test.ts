import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { ServiceFailedError, unpackWheels } from '../src/index.ts'
import { makeTestFolder } from './test-folder.ts'

const makeWheel = `
import sys, zipfile
info = 'sample-1.0.dist-info/'
with zipfile.ZipFile(sys.argv[1], 'w') as wheel:
    wheel.writestr('sample/greeting.txt', sys.argv[2])
    wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: sample\\nVersion: 1.0\\n')
    wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr(info + 'RECORD', '')
`
const unpack = `
import pathlib, sys, zipfile
zipfile.ZipFile(next(pathlib.Path(sys.argv[1]).glob('*.whl'))).extract('sample/greeting.txt', sys.argv[2])
`

test('a wheel with the required hash is unpacked once, also for callers at the same time', async () => {
  const folder = await makeTestFolder()
  const wheel = join(folder, 'sample-1.0-py3-none-any.whl')
  const make = (greeting: string) => promisify(execFile)('python3', ['-c', makeWheel, wheel, greeting])
  await make('hello')
  const hash = createHash('sha256').update(await readFile(wheel))
  const requirements = join(folder, 'requirements.txt')
  await writeFile(requirements, `sample==1.0 --hash=sha256:${hash.digest('hex')}\n`)
  const genuine = await readFile(wheel)
  const messages: string[] = []
  const fetchSample = () =>
    unpackWheels({
      name: 'sample',
      service: 'the sample',
      requirements,
      unpack,
      cacheDir: join(folder, 'cache'),
      env: { ...process.env, PIP_NO_INDEX: '1', PIP_FIND_LINKS: folder },
      onProgress: (message) => void messages.push(message),
    })

  await make('another content')
  const error = await fetchSample().catch((cause: unknown) => cause)
  expect(error).toBeInstanceOf(ServiceFailedError)
  expect(String(error)).toMatch(/the sample: .*hash/is)

  await writeFile(wheel, genuine)
  messages.length = 0
  const [files, same] = await Promise.all([fetchSample(), fetchSample()])
  expect(same).toBe(files)
  expect(await fetchSample()).toBe(files)
  expect(await readFile(join(files, 'sample/greeting.txt'), 'utf8')).toBe('hello')
  const downloads = messages.filter((message) => message.startsWith('Downloading'))
  expect(downloads).toEqual(['Downloading the sample from PyPI'])
  // The virtual environment and the wheels would fill the cache.
  const kept = (await readdir(join(files, '..'))).filter((name) => !name.startsWith('lock.'))
  expect(kept).toEqual(['files'])
})
