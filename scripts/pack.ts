import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { updateReports } from './pack/api-report.ts'
import { checkTarball } from './pack/check-tarball.ts'
import { packPackages, type PackageName } from './pack/pack-packages.ts'

const help = `npm run pack -- [folder]

Builds the published packages and packs them into tarballs in a folder (default: dist), then checks these: publint,
arethetypeswrong, sizes.

  --update-api   also writes their public interfaces to packages/*/api, which are compared with the packages by a test
  --help
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'update-api': { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
})
if (values.help) console.log(help)
else await pack(resolve(positionals[0] ?? 'dist'))

async function pack(folder: string): Promise<void> {
  const packed = Object.entries(await packPackages(folder)) as [PackageName, string][]
  for (const [name, path] of packed) {
    const { size } = await stat(path)
    console.log(`${name.padEnd(28)} ${(size / 1000).toFixed(0).padStart(6)} kB  ${path}`)
  }
  if (values['update-api']) await updateReports()
  const faults = (await Promise.all(packed.map(([name, path]) => checkTarball(name, path)))).flat()
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
}
