import { readFileSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { kubernetesVersions } from '../tools/fetch-wheels.ts'
import { startHelm, type Helm, type KubernetesObject } from '../tools/helm.ts'
import { createValidator } from '../tools/validate-kubernetes.ts'
import { deployDir, rootDir, tools } from './tools.ts'

const source = join(deployDir, 'helm/ingestion-server')
const example = (name: string) => join(source, 'examples', `${name}.yaml`)
const examples = ['minimal', 'production', 'everything'] as const

/** What examples/everything.yaml turns off, turned on: between them the two show every template. */
const allOn = {
  image: { digest: '' },
  api: { podDisruptionBudget: { enabled: true } },
  worker: { podDisruptionBudget: { enabled: true }, autoscaling: { enabled: false } },
  dashboard: { enabled: true },
  migrate: { enabled: true },
  serviceAccount: { create: true },
  networkPolicy: { enabled: true },
  credentials: { metricsToken: { existingSecret: '' } },
  fullnameOverride: '',
}

let helm: Helm
let schemas: string
/** A copy of the chart whose migration job is no hook: this Helm leaves hooks out of what it renders. */
let chart: string

beforeAll(async () => {
  const paths = await tools()
  schemas = paths.kubernetesSchemas
  helm = startHelm(paths.helm)
  chart = join(await mkdtemp(join(tmpdir(), 'ingestion-chart-')), 'ingestion-server')
  await cp(source, chart, { recursive: true })
  const file = join(chart, 'templates/migrate.yaml')
  await writeFile(file, (await readFile(file, 'utf8')).replaceAll('helm.sh/', 'without.helm.sh/'))
})
afterAll(async () => {
  await helm.close()
  await rm(join(chart, '..'), { recursive: true })
})

describe('helm lint', () => {
  test.each(['v3', 'v4'] as const)(
    'has nothing to report about the defaults, in Helm %s',
    async (version) => {
      const { passed, messages } = await helm.lint({ chart: source }, version)
      expect(messages?.filter(({ severity }) => severity !== 'INFO') ?? []).toEqual([])
      expect(passed).toBe(true)
    },
  )

  test.each(examples)('has nothing to report about examples/%s.yaml', async (name) => {
    const { passed, messages } = await helm.lint({ chart: source, valuesFiles: [example(name)] })
    expect(messages?.filter(({ severity }) => severity !== 'INFO') ?? []).toEqual([])
    expect(passed).toBe(true)
  })

  test('reports a value that the schema does not have', async () => {
    const { passed, messages } = await helm.lint({ chart, values: { api: { replica: 3 } } })
    expect(passed).toBe(false)
    expect(JSON.stringify(messages)).toContain('replica')
  })
})

describe('the objects of Kubernetes', () => {
  const cases = kubernetesVersions.flatMap((version) => [
    ...examples.map((name) => ({ version, name, values: {} })),
    { version, name: 'everything' as const, values: allOn },
  ])

  test.each(cases)('are valid in Kubernetes $version with the values of $name and $values', async (each) => {
    const validate = createValidator(schemas, each.version)
    const request = {
      chart,
      valuesFiles: [example(each.name)],
      values: each.values,
      kubeVersion: each.version,
    }
    const objects = await helm.template(request)
    expect(objects.length).toBeGreaterThan(3)
    expect(objects.flatMap((object) => (isOfOperator(object) ? [] : validate(object)))).toEqual([])
    expect(await helm.template(request, 'v4')).toEqual(objects)
  })

  test('are refused with a field that Kubernetes does not have, or a value of another type', async () => {
    const validate = createValidator(schemas, kubernetesVersions[1])
    const [deployment] = await findObjects('Deployment', {})
    const spec = deployment?.['spec'] as Record<string, unknown>
    const wrong = { ...deployment, spec: { ...spec, replicas: 'two', replica: 2 } } as KubernetesObject
    expect(validate(wrong).join('\n')).toMatch(/"replica"[\s\S]*replicas must be integer/)
  })

  test('have a ServiceMonitor that reads /metrics with a token from a Secret', async () => {
    const [monitor] = await findObjects('ServiceMonitor', { serviceMonitor: { enabled: true } })
    const spec: ConstructorParameters<typeof ServiceMonitor>[0] extends infer Data
      ? NonNullable<Data> extends { spec: infer Spec }
        ? Spec
        : never
      : never = {
      selector: {
        matchLabels: {
          'app.kubernetes.io/name': 'ingestion-server',
          'app.kubernetes.io/instance': 'release',
        },
        matchExpressions: [{ key: 'app.kubernetes.io/component', operator: 'In', values: ['api', 'worker'] }],
      },
      targetLabels: ['app.kubernetes.io/component'],
      endpoints: [
        {
          port: 'http',
          path: '/metrics',
          interval: '15s',
          scrapeTimeout: '10s',
          authorization: { credentials: { name: 'ingestion-server', key: 'API_TOKEN' } },
        },
      ],
    }
    expect(monitor?.['spec']).toEqual(spec)
    new ServiceMonitor({ metadata: { name: 'any' }, spec }).validate()
  })
})

describe('the values', () => {
  const everything = parse(readFileSync(example('everything'), 'utf8')) as Values
  const defaults = parse(readFileSync(join(source, 'values.yaml'), 'utf8')) as Values

  test('that examples/everything.yaml changes are all that there are', () => {
    const paths = listLeaves(defaults).map(({ path }) => path.join('.'))
    const changed = listLeaves(everything).filter(({ path, value }) => {
      const before = JSON.stringify(readPath(defaults, path))
      return before !== JSON.stringify(value)
    })
    const changedPaths = changed.map(({ path }) => path.join('.'))
    const missing = paths.filter((path) => !changedPaths.some((other) => `${other}.`.startsWith(`${path}.`)))
    expect(missing).toEqual([])
  })

  // With a value as before, something of the output has to be as before too.
  test('all arrive in an object', async () => {
    const request = { chart, valuesFiles: [example('everything')] }
    const render = async (values: Values) => JSON.stringify(await helm.template({ ...request, values }))
    // In one of the two each template and each condition is on.
    const variants = [allOn, {}]
    const rendered = await Promise.all(variants.map(render))
    const ignored: string[] = []
    for (const { path, value } of listLeaves(everything)) {
      const [first = '', name] = path
      if (first === 'settings') {
        const variable = `{"name":"${name}","value":${JSON.stringify(String(value))}}`
        if (!rendered[0]?.includes(variable)) ignored.push(path.join('.'))
        continue
      }
      // null takes a value of the file away, and the chart's default comes back.
      const before = writePath(path, readPath(defaults, path) ?? null)
      const isUsed =
        (await render(merge(variants[0] ?? {}, before))) !== rendered[0] ||
        (await render(merge(variants[1] ?? {}, before))) !== rendered[1]
      if (!isUsed) ignored.push(path.join('.'))
    }
    expect(ignored).toEqual([])
  })

  test('of settings are the variables of the server that the chart does not set itself', () => {
    const parser = readFileSync(join(rootDir, 'apps/server/src/composition/config.ts'), 'utf8')
    const known = [...parser.matchAll(/^ {2}([A-Z_]+): variable\(/gm)].map(([, name = '']) => name)
    const setByChart = [
      ...['DATABASE_URL', 'TASKS_DATABASE_URL', 'OPENSEARCH_URL', 'OPENSEARCH_CA_FILE', 'API_TOKEN'],
      ...['WEBHOOK_SECRET', 'HOST', 'PORT', 'ROLE', 'HEALTH_PORT'],
      'SLICE_SECONDS', // of platforms without processes
    ]
    const schema = JSON.parse(readFileSync(join(source, 'values.schema.json'), 'utf8')) as {
      properties: { settings: { propertyNames: { enum: string[] } } }
    }
    const { enum: settings } = schema.properties.settings.propertyNames
    expect(settings.toSorted()).toEqual(known.filter((name) => !setByChart.includes(name)).toSorted())
    expect(settings.length).toBeGreaterThan(25)
  })

  test.each([
    [{ settings: { DATABASE_URL: 'postgres://user:secret@host/catalog' } }, 'DATABASE_URL'],
    [{ credentials: { database: { existingSecret: '' } } }, 'existingSecret'],
    [{ networkPolicy: { apiFrom: [] } }, 'apiFrom'],
    [{ api: { podLabels: { 'app.kubernetes.io/component': 'worker' } } }, 'app.kubernetes.io/component'],
    [{ worker: { terminationGracePeriodSeconds: 5 } }, 'terminationGracePeriodSeconds'],
  ])('%j are refused with a message that names %s', async (values, name) => {
    await expect(helm.template({ chart, values })).rejects.toThrow(name)
  })

  test('keep large numbers as they are written', async () => {
    const [worker] = await findObjects('Deployment', { settings: { TARGET_BODY_LENGTH: 20_000_000 } })
    expect(JSON.stringify(worker)).toContain('{"name":"TARGET_BODY_LENGTH","value":"20000000"}')
  })
})

describe('each pod', () => {
  test('runs as another user than root, on a root file system that cannot be written, with no token of the cluster', async () => {
    const pods = (
      await helm.template({ chart, valuesFiles: [example('everything')], values: allOn })
    ).flatMap(podOf)
    expect(pods.map(({ containers }) => containers[0]?.name).toSorted()).toEqual([
      'api',
      'dashboard',
      'migrate',
      'worker',
    ])
    for (const pod of pods) {
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
        containers: [
          {
            args: [pod.containers[0]?.name],
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: true,
              capabilities: { drop: ['ALL'] },
            },
          },
        ],
      })
    }
  })

  test('gets more time than preStop and the stop of a process need', async () => {
    // apps/server/src/main.ts: at most 9.5 s; apps/dashboard/host.js: at most 5 s.
    const pods = (await helm.template({ chart }))
      .flatMap(podOf)
      .filter(({ restartPolicy }) => restartPolicy === undefined)
    for (const { terminationGracePeriodSeconds, containers } of pods) {
      const sleep = Number(containers[0]?.lifecycle?.preStop.exec.command[1] ?? 0)
      expect(terminationGracePeriodSeconds).toBeGreaterThan(sleep + 10)
    }
    expect(pods).toHaveLength(3)
  })

  test('that migrates runs before an installation and an upgrade, and not after each of them', async () => {
    const [job] = await findObjects('Job', {})
    expect(job?.metadata.annotations).toEqual({
      'without.helm.sh/hook': 'pre-install,pre-upgrade',
      'without.helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded',
    })
    // Nothing of the chart exists before its first installation.
    expect(job).toMatchObject({ spec: { template: { spec: { serviceAccountName: 'default' } } } })
  })

  test('has no credential in its text: each is a reference to a Secret', async () => {
    const objects = await helm.template({ chart, valuesFiles: [example('production')] })
    const variables = objects.flatMap(podOf).flatMap(({ containers }) => containers[0]?.env ?? [])
    for (const name of [
      'DATABASE_URL',
      'TASKS_DATABASE_URL',
      'OPENSEARCH_URL',
      'API_TOKEN',
      'WEBHOOK_SECRET',
      'INGESTION_TOKEN',
    ]) {
      const found = variables.filter((variable) => variable.name === name)
      expect(found.length, name).toBeGreaterThan(0)
      for (const variable of found) expect(variable.valueFrom, name).toHaveProperty('secretKeyRef.name')
    }
  })
})

type Values = Record<string, unknown>

interface Pod {
  restartPolicy?: string
  terminationGracePeriodSeconds?: number
  containers: readonly {
    name: string
    env?: readonly { name: string; valueFrom?: object }[]
    lifecycle?: { preStop: { exec: { command: readonly string[] } } }
  }[]
}

function podOf(object: KubernetesObject): Pod[] {
  const { template } = (object['spec'] ?? {}) as { template?: { spec: Pod } }
  return template === undefined ? [] : [template.spec]
}

const isOfOperator = ({ kind }: KubernetesObject) => kind === 'ServiceMonitor'

async function findObjects(kind: string, values: Values): Promise<KubernetesObject[]> {
  return (await helm.template({ chart, values })).filter((object) => object.kind === kind)
}

interface Leaf {
  path: readonly string[]
  value: unknown
}

/** Lists and empty objects are leaves too; of maps with names of their own each entry is one. */
function listLeaves(value: unknown, path: readonly string[] = []): Leaf[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [{ path, value }]
  const entries = Object.entries(value)
  if (entries.length === 0) return [{ path, value }]
  return entries.flatMap(([key, each]) => listLeaves(each, [...path, key]))
}

function readPath(values: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Values | undefined)?.[key], values)
}

function writePath(path: readonly string[], value: unknown): Values {
  return path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as Values
}

function merge(base: Values, over: Values): Values {
  const result = { ...base }
  for (const [key, value] of Object.entries(over)) {
    const below = result[key]
    result[key] = isObject(below) && isObject(value) ? merge(below, value) : value
  }
  return result
}

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
