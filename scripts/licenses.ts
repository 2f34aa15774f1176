import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { findForbidden, type LicensedPackage } from './find-forbidden.ts'

// Reads the installed packages, so it needs no network.

/** As `pnpm licenses list --json` prints it: packages by their license. */
type LicenseList = Record<string, readonly { name: string }[]>

async function listPackages(...options: string[]): Promise<LicensedPackage[]> {
  const args = ['--recursive', 'licenses', 'list', '--json', ...options]
  const { stdout } = await promisify(execFile)('pnpm', args, { maxBuffer: 64 * 1024 * 1024 })
  return Object.entries(JSON.parse(stdout) as LicenseList).flatMap(([license, packages]) =>
    packages.map(({ name }) => ({ name, license })),
  )
}

const shipped = await listPackages('--prod')
const all = await listPackages()
const forbidden = findForbidden({ shipped, all })
for (const { name, license, reason } of forbidden) console.error(`${name} (${license}): ${reason}`)
if (shipped.length === 0) console.error('pnpm lists no package: run npm test, which installs them')
process.exit(forbidden.length > 0 || shipped.length === 0 ? 1 : 0)
