import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { cacheDirOf } from '../cache-dir.ts'
import { PortTakenError, ServiceFailedError } from '../errors.ts'
import { endStaleProcess } from '../process/end-stale-process.ts'
import { lockFolder } from '../process/lock-folder.ts'
import { requireFreePort } from '../process/ports.ts'
import type { ServiceProcess } from '../process/run-service.ts'
import type { RunningService, ServiceOptions } from '../service-options.ts'
import { openFolder } from '../temporary-folder.ts'
import { chooseWay, type Way } from './choose-way.ts'
import { fetchRunner, runnerFolder } from './fetch-runner.ts'
import { pickHttpPort, requireHttpPorts } from './http-ports.ts'
import type { OpenSearchMajor } from './releases.ts'
import { runCluster } from './run-cluster.ts'
import { removeDockerVolume, runDocker } from './run-docker.ts'

const smallMachineBytes = 4 * 2 ** 30
const maxAttempts = 5

export interface OpenSearchOptions extends ServiceOptions {
  /** Kept between starts, with a folder for each major version. Default: a temporary one, removed by stop(). */
  dataDir?: string | undefined
  /** Default: the newest that a Java on this machine can run. */
  version?: OpenSearchMajor | undefined
  /** From 9201 to 9299, for the first node; the others use the next ones. Default: any free port. */
  port?: number | undefined
  /** Default 1024, or 512 on a machine with less than 4 GiB. */
  heapMb?: number | undefined
  /** Compiles less: half the CPU time until it is ready, but indexing takes about a third more. Default false. */
  startsFast?: boolean | undefined
  /** Default 1. */
  nodes?: number | undefined
  /** Settings of opensearch.yml, such as static ones. */
  settings?: Readonly<Record<string, string>> | undefined
  /** Folder for downloads. Default: INGESTION_CACHE_DIR, or .data/cache in the repository. */
  cacheDir?: string | undefined
  /** Source of JAVA_HOME, PATH and the like. Default: the environment of this process. */
  env?: NodeJS.ProcessEnv | undefined
}

export interface RunningOpenSearch extends RunningService {
  /** 3.8.0 */
  version: string
}

/**
 * Starts a real OpenSearch on 127.0.0.1, without security and without automatic index creation.
 *
 * @throws PortTakenError, FolderInUseError, NoOpenSearchError, ServiceFailedError
 */
export async function startOpenSearch(options: OpenSearchOptions = {}): Promise<RunningOpenSearch> {
  const { onProgress = () => undefined, env = process.env } = options
  const cacheDir = resolve(options.cacheDir ?? cacheDirOf(env))
  const folder = await openFolder(options.dataDir, 'opensearch')
  const root = resolve(folder.path)
  const lock = await lockFolder(root)
  const release = async () => {
    await lock.release()
    await folder.release()
  }
  try {
    const way = await chooseWay(options.version, cacheDir, env)
    await endStaleOpenSearch(root, onProgress)
    const home = join(root, `opensearch-${way.release.major}`)
    await mkdir(home, { recursive: true })
    const launch = { ...options, way, home, cacheDir, env, onProgress }
    const { running, port } =
      way.kind === 'java' ? await startJava(launch, way) : await startContainer(launch)
    await writeFile(pidFile(root), String(running.pid))
    const finish = async (end: () => Promise<void>, after: () => Promise<void>) => {
      await end()
      await rm(pidFile(root), { force: true })
      await after()
    }
    const removeVolume = async () => {
      if (way.kind === 'docker' && options.dataDir === undefined) await removeDockerVolume(env, nameFor(home))
      await release()
    }
    return {
      url: `http://127.0.0.1:${port}`,
      version: way.release.version,
      port,
      pid: running.pid,
      dataDir: home,
      exited: running.exited,
      stop: () => finish(running.stop, removeVolume),
      kill: () => finish(running.kill, lock.release),
    }
  } catch (error) {
    await release()
    throw error
  }
}

interface Launch extends OpenSearchOptions {
  way: Way
  home: string
  cacheDir: string
  env: NodeJS.ProcessEnv
  onProgress: (message: string) => void
}

interface Launched {
  running: ServiceProcess
  port: number
}

async function startJava(launch: Launch, { release, java }: Way & { kind: 'java' }): Promise<Launched> {
  const { home, cacheDir, env, onProgress, signal, settings, nodes = 1, heapMb = chooseHeapMb() } = launch
  const { startsFast = false } = launch
  if (launch.port !== undefined) await requireHttpPorts(launch.port, nodes)
  const libs = await fetchRunner({ cacheDir, release, java, env, onProgress, signal })
  onProgress(`Starting OpenSearch ${release.version} (Java ${java.version})`)
  const classArchive = join(runnerFolder(cacheDir, release), `classes-${java.version}.jsa`)
  const cluster = {
    home,
    logFile: logFile(home),
    libs,
    java,
    clusterName: nameFor(home),
    nodes,
    heapMb,
    startsFast,
    settings,
    classArchive,
  }
  for (let attempt = 1; ; attempt += 1) {
    const port = launch.port ?? (await pickHttpPort(nodes))
    try {
      return { running: await runCluster({ ...cluster, port, signal }), port }
    } catch (error) {
      const mayTryAnother =
        error instanceof PortTakenError && launch.port === undefined && attempt < maxAttempts
      if (!mayTryAnother) throw error
    }
  }
}

async function startContainer(launch: Launch): Promise<Launched> {
  const { way, home, env, onProgress, signal, nodes = 1, heapMb = chooseHeapMb() } = launch
  if (nodes !== 1)
    throw new ServiceFailedError('OpenSearch', `${nodes} nodes need Java and Maven; Docker runs one`)
  const port = launch.port ?? (await pickHttpPort(1))
  await requireFreePort('OpenSearch', port)
  onProgress(`Starting OpenSearch ${way.release.version} (Docker)`)
  const container = {
    release: way.release,
    name: nameFor(home),
    port,
    heapMb,
    settings: launch.settings,
    cwd: home,
    logFile: logFile(home),
  }
  return { running: await runDocker({ ...container, env, onProgress, signal }), port }
}

/** Stops a JVM of a killed run that still uses these files. */
async function endStaleOpenSearch(root: string, onProgress: (message: string) => void): Promise<void> {
  const pid = Number(await readFile(pidFile(root), 'utf8').catch(() => ''))
  if (pid > 0 && (await endStaleProcess(pid, root, 'SIGTERM')))
    onProgress(`Stopped OpenSearch (process ${pid}) that an earlier run left behind`)
  await rm(pidFile(root), { force: true })
}

function pidFile(root: string): string {
  return join(root, 'opensearch.pid')
}

function logFile(home: string): string {
  return join(home, 'opensearch.log')
}

/**
 * Cluster name, which proves that a response on a port is from this folder's cluster; also names the container and
 * volume.
 */
function nameFor(home: string): string {
  return `ingestion-server-${createHash('sha256').update(home).digest('hex').slice(0, 12)}`
}

function chooseHeapMb(): number {
  return totalmem() < smallMachineBytes ? 512 : 1024
}
