import { NoOpenSearchError } from '../errors.ts'
import { findMaven, hasRunner } from './fetch-runner.ts'
import { findJavas, type Java } from './find-java.ts'
import { chooseRelease, releases, type OpenSearchMajor, type OpenSearchRelease } from './releases.ts'
import { hasDocker } from './run-docker.ts'

/** How OpenSearch is run on this machine. */
export type Way =
  { kind: 'java'; release: OpenSearchRelease; java: Java } | { kind: 'docker'; release: OpenSearchRelease }

/**
 * Prefers Java with Maven (or with already downloaded jars); otherwise Docker.
 *
 * @throws NoOpenSearchError listing the options
 */
export async function chooseWay(
  major: OpenSearchMajor | undefined,
  cacheDir: string,
  env: NodeJS.ProcessEnv,
): Promise<Way> {
  const javas = await findJavas(env, cacheDir)
  const chosen = chooseRelease(javas, major)
  if (
    chosen !== undefined &&
    (hasRunner(cacheDir, chosen.release, chosen.java) || findMaven(env) !== undefined)
  )
    return { kind: 'java', ...chosen }
  const release = releases.find((candidate) => major === undefined || candidate.major === major)
  if (release !== undefined && (await hasDocker(env))) return { kind: 'docker', release }
  throw new NoOpenSearchError(listWays(javas, major, env))
}

function listWays(javas: Java[], major: OpenSearchMajor | undefined, env: NodeJS.ProcessEnv): string {
  const wanted = releases.filter((release) => major === undefined || release.major === major)
  const needs = wanted.map((release) => `Java ${release.minJava} or later for OpenSearch ${release.version}`)
  const foundJava = javas.map((java) => `Java ${java.version} in ${java.home}`).join(', ') || 'no Java'
  const foundMaven = findMaven(env) ?? 'no Maven (mvn)'
  return `OpenSearch can't be run on this machine. Do one of these:
  - set OPENSEARCH_URL to an OpenSearch that runs already
  - install Java and Maven: ${needs.join(', ')}
      Debian, Ubuntu: apt-get install maven python3-venv, and npm start downloads a Java (as root it installs both)
      macOS: brew install openjdk maven
  - start Docker, and the official image is used
Looked in JAVA_HOME, PATH and the usual folders, and found ${foundJava}, ${foundMaven}, and no Docker daemon that answers.`
}
