import { spawn } from 'node:child_process'
import { once } from 'node:events'

// Writes the software bill of materials of the shipped packages as CycloneDX to standard output. It is derived from the
// lockfile only, so it needs no network and is the same on every machine.

const args = [
  '--recursive',
  'sbom',
  '--sbom-format',
  'cyclonedx',
  '--sbom-type',
  'application',
  '--lockfile-only',
  '--prod',
]
const child = spawn('pnpm', args, { stdio: 'inherit' })
const [code] = (await once(child, 'close')) as [number | null]
process.exit(code ?? 1)
