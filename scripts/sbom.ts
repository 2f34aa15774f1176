import { spawn } from 'node:child_process'
import { once } from 'node:events'

// The software bill of materials of what is shipped, as CycloneDX on standard output. From the lockfile alone, so it needs
// no network and says the same on every machine.

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
