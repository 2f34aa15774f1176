import { execFile } from 'node:child_process'
import { homedir } from 'node:os'
import { promisify } from 'node:util'
import { ServiceFailedError } from '../errors.ts'
import { runService, waitUntilReady, type ServiceProcess } from '../process/run-service.ts'
import type { OpenSearchRelease } from './releases.ts'

const daemonTimeoutMs = 5_000
const readyTimeoutMs = 120_000
const readyPollIntervalMs = 200

export interface DockerOptions {
  release: OpenSearchRelease
  /** Name of the container and of its data volume. */
  name: string
  port: number
  heapMb: number
  settings?: Readonly<Record<string, string>> | undefined
  cwd: string
  logFile: string
  env: NodeJS.ProcessEnv
  onProgress: (message: string) => void
  signal?: AbortSignal | undefined
}

/** Whether Docker is installed and its daemon responds. */
export async function hasDocker(env: NodeJS.ProcessEnv): Promise<boolean> {
  try {
    await docker(env, ['info'], AbortSignal.timeout(daemonTimeoutMs))
    return true
  } catch {
    return false
  }
}

/** Starts one node from the official image without its security plugin, on 127.0.0.1 only. */
export async function runDocker(options: DockerOptions): Promise<ServiceProcess> {
  const { release, name, port, heapMb, env, signal, onProgress } = options
  const image = `opensearchproject/opensearch:${release.version}`
  await docker(env, ['rm', '--force', name], signal) // what a killed run left behind
  if (!(await succeeds(docker(env, ['image', 'inspect', image], signal)))) {
    onProgress(`Pulling the image ${image}`)
    await docker(env, ['pull', '--quiet', image], signal)
  }
  const settings = {
    'discovery.type': 'single-node',
    'action.auto_create_index': 'false',
    'cluster.routing.allocation.disk.threshold_enabled': 'false',
    'cluster.name': name,
    ...options.settings,
    DISABLE_SECURITY_PLUGIN: 'true',
    DISABLE_INSTALL_DEMO_CONFIG: 'true',
    OPENSEARCH_JAVA_OPTS: `-Xms${heapMb}m -Xmx${heapMb}m`,
  }
  const container = ['run', '--rm', '--name', name, '--publish', `127.0.0.1:${port}:9200`]
  const volume = ['--volume', `${name}:/usr/share/opensearch/data`]
  const environment = Object.entries(settings).flatMap(([key, value]) => ['--env', `${key}=${value}`])
  const running = await runService({
    service: 'OpenSearch',
    file: 'docker',
    args: [...container, ...volume, ...environment, image],
    cwd: options.cwd,
    env: dockerEnvironment(env),
    logFile: options.logFile,
    stopSignal: 'SIGTERM', // passed on to the container
  })
  try {
    const wait = { timeoutMs: readyTimeoutMs, pollIntervalMs: readyPollIntervalMs, signal }
    await waitUntilReady('OpenSearch', running, () => answersAt(port), wait)
  } catch (error) {
    await running.stop()
    throw error
  }
  const kill = async () => {
    await succeeds(docker(env, ['kill', name]))
    await running.exited
  }
  return { ...running, kill }
}

/** Removes the data volume of a stopped container. */
export async function removeDockerVolume(env: NodeJS.ProcessEnv, name: string): Promise<void> {
  await docker(env, ['volume', 'rm', '--force', name])
}

async function answersAt(port: number): Promise<true | undefined> {
  const response = await fetch(`http://127.0.0.1:${port}/_cluster/health`)
  return response.ok ? true : undefined
}

async function docker(env: NodeJS.ProcessEnv, args: string[], signal?: AbortSignal): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('docker', args, { env: dockerEnvironment(env), signal })
    return stdout
  } catch (cause) {
    signal?.throwIfAborted()
    const message = `docker ${args.join(' ')} failed: ${cause instanceof Error ? cause.message : String(cause)}`
    throw new ServiceFailedError('OpenSearch', message, { cause })
  }
}

function dockerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { HOME: homedir(), ...env }
}

async function succeeds(promise: Promise<unknown>): Promise<boolean> {
  return promise.then(
    () => true,
    () => false,
  )
}
