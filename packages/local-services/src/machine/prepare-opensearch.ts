import { cacheDirOf } from '../cache-dir.ts'
import { fetchJava } from '../opensearch/fetch-java.ts'
import { hasRunner } from '../opensearch/fetch-runner.ts'
import { findJavas } from '../opensearch/find-java.ts'
import { chooseRelease, type OpenSearchMajor } from '../opensearch/releases.ts'
import { hasDocker } from '../opensearch/run-docker.ts'
import { maven, pythonVenv, type Need } from './needs.ts'
import { canInstall, prepareMachine, type PrepareOptions } from './prepare-machine.ts'

/**
 * Installs missing requirements of OpenSearch: Maven, which downloads it, and a recent Java from PyPI.
 *
 * @param options.versions required versions; undefined: the newest, or, without a Java for it, the newest that runs
 * here
 * @param options.also further needs, so that everything missing is installed or reported together
 * @throws MissingToolsError, ServiceFailedError as prepareMachine
 */
export async function prepareOpenSearch(
  options: PrepareOptions & {
    versions: readonly (OpenSearchMajor | undefined)[]
    also?: readonly Need[]
  },
): Promise<void> {
  const { env, versions, also = [] } = options
  const cacheDir = cacheDirOf(env)
  const javas = await findJavas(env, cacheDir)
  const java = pythonVenv('which brings the Java that runs OpenSearch')
  const newest = (await canBring(java, options))
    ? '3'
    : (chooseRelease(javas, undefined)?.release.major ?? '3')
  const wanted = versions.map((version) => version ?? newest)
  const chosen = wanted.map((version) => chooseRelease(javas, version))
  const lacksJava = chosen.includes(undefined)
  const lacksJars =
    lacksJava || chosen.some((choice) => choice && !hasRunner(cacheDir, choice.release, choice.java))
  if (lacksJars && !(await maven.isThere(env)) && (await hasDocker(env))) return prepareMachine(also, options)
  await prepareMachine([...(lacksJars ? [maven] : []), ...(lacksJava ? [java] : []), ...also], options)
  if (lacksJava) await fetchJava({ ...options, cacheDir })
}

async function canBring(need: Need, options: PrepareOptions): Promise<boolean> {
  return canInstall(options) || (await need.isThere(options.env))
}
