import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { checkTarball } from './pack/check-tarball.ts'
import { readVersion, updateDeployVersions } from './pack/deploy-versions.ts'
import { packPackages, published, type PackageName } from './pack/pack-packages.ts'
import { describeRepository } from './pack/describe-repository.ts'
import { onJsr, publishToJsr } from './pack/publish-jsr.ts'

const help = `npm run release -- [options]

Packs, checks and publishes the packages whose version is not published yet: all on npm, core and SDK also on JSR. In CI
that has an OpenID Connect token (GitHub Actions: permission id-token: write) npm signs their provenance; elsewhere it
refuses. JSR takes the token of GitHub Actions, or JSR_TOKEN.

  --version     turns the files in .changeset into versions and changelogs, to commit before a release; and the version of deploy
  --dry-run     does everything but publish
  --help
`

const root = resolve(import.meta.dirname, '..')
const run = promisify(execFile)
const { values } = parseArgs({
  options: {
    version: { type: 'boolean' },
    'dry-run': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  },
})

if (values.help) console.log(help)
else if (values.version) {
  await call('changeset', ['version'])
  await updateDeployVersions(await readVersion())
} else await release(values['dry-run'])

async function release(isDryRun: boolean): Promise<void> {
  const reasons = [...(await whyNotReleased()), ...(isDryRun ? [] : whyNotSigned())]
  for (const reason of reasons) console.error(reason)
  if (reasons.length > 0 && !isDryRun) process.exit(1)
  const outDir = await mkdtemp(join(tmpdir(), 'ingestion-release-'))
  try {
    const packed = Object.entries(await packPackages(outDir)) as [PackageName, string][]
    const faults = (await Promise.all(packed.map(([name, path]) => checkTarball(name, path)))).flat()
    for (const fault of faults) console.error(fault)
    if (faults.length > 0) {
      process.exitCode = 1
      return
    }
    for (const [name, path] of packed) {
      const options = ['--access', 'public', ...(isDryRun ? ['--dry-run'] : ['--provenance'])]
      if (!isDryRun && (await isPublished(name))) console.log(`${name} is published in this version`)
      else await call('npm', ['publish', path, ...options])
    }
    const token = process.env['JSR_TOKEN']?.trim() || null
    const paths = Object.fromEntries(packed)
    for (const name of onJsr) console.log(await publishToJsr(String(paths[name]), { isDryRun, token }))
  } finally {
    await rm(outDir, { recursive: true })
  }
}

async function whyNotReleased(): Promise<string[]> {
  const { stdout } = await run('git', ['status', '--porcelain'], { cwd: root })
  const url = await findRepositoryUrl()
  const lacking: string[] = []
  for (const folder of Object.keys(published)) {
    // npm compares it with the repository that the provenance names.
    if (!('repository' in (await readManifest(folder)))) lacking.push(folder)
  }
  return [
    ...(stdout === '' ? [] : ['there are changes that are not committed']),
    ...lacking.map((folder) => describeRepository(folder, url)),
  ]
}

/** The remote that CI was started from, or that this clone comes from. */
async function findRepositoryUrl(): Promise<string | null> {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env
  if (server && name) return `${server}/${name}`
  return run('git', ['remote', 'get-url', 'origin'], { cwd: root }).then(
    ({ stdout }) => stdout.trim(),
    () => null, // a clone without a remote
  )
}

function whyNotSigned(): string[] {
  // Variables of GitHub Actions and of GitLab, which npm reads.
  const isSet = (...names: string[]) => names.some((name) => process.env[name])
  const reasons: string[] = []
  if (!isSet('ACTIONS_ID_TOKEN_REQUEST_URL', 'SIGSTORE_ID_TOKEN'))
    reasons.push(
      "there is no OpenID Connect token, so npm can't sign the provenance; release from CI, or use --dry-run",
    )
  if (!isSet('ACTIONS_ID_TOKEN_REQUEST_URL', 'JSR_TOKEN'))
    reasons.push('JSR_TOKEN is not set, and without the token of GitHub Actions JSR needs it')
  return reasons
}

async function isPublished(name: PackageName): Promise<boolean> {
  const [folder = ''] = Object.entries(published).find(([, published]) => published === name) ?? []
  const { version } = await readManifest(folder)
  return run('npm', ['view', `${name}@${String(version)}`, 'version']).then(
    ({ stdout }) => stdout.trim() !== '',
    () => false, // npm fails for a package that does not exist
  )
}

async function readManifest(folder: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')) as Record<string, unknown>
}

async function call(program: string, args: string[]): Promise<void> {
  const child = spawn(program, args, { cwd: root, stdio: 'inherit' })
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) process.exit(code ?? 1)
}
