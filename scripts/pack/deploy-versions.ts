import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** Files that name the version of the release, with where. */
const places: Readonly<Record<string, RegExp>> = {
  'deploy/bun/package.json': /(?<="ingestion-server": "\^)[\w.-]+/g,
  'deploy/cloudflare/package.json': /(?<="ingestion-server": "\^)[\w.-]+/g,
  'deploy/deno/deno.json': /(?<=npm:ingestion-server@\^)[\w.-]+/g,
  'deploy/docker/Dockerfile': /(?<=^ARG VERSION=).+/gm,
  'deploy/helm/ingestion-server/Chart.yaml': /(?<=^(?:version|appVersion): ).+/gm,
}

/** The version of the published packages, which is one for all. */
export async function readVersion(): Promise<string> {
  const manifest = await readFile(join(root, 'packages/ingestion-server/package.json'), 'utf8')
  return (JSON.parse(manifest) as { version: string }).version
}

/** The versions that the files of `deploy` name, by file. */
export async function readDeployVersions(): Promise<Record<string, string[]>> {
  const found = Object.entries(places).map(async ([file, place]) => {
    const text = await readFile(join(root, file), 'utf8')
    return [file, text.match(place) ?? []] as const
  })
  return Object.fromEntries(await Promise.all(found))
}

/** Writes a version to the files of `deploy`. */
export async function updateDeployVersions(version: string): Promise<void> {
  for (const [file, place] of Object.entries(places)) {
    const text = await readFile(join(root, file), 'utf8')
    await writeFile(join(root, file), text.replace(place, version))
  }
}
