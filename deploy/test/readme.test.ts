import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseConfig } from '../../apps/server/src/composition/config.ts'
import { readBlocks } from '@ingestion-server/server/testing/docs-blocks.ts'
import { startHelm, type Helm } from '../tools/helm.ts'
import { rootDir, tools } from './tools.ts'

const page = 'deploy/README.md'

let helm: Helm
beforeAll(async () => {
  helm = startHelm((await tools()).helm)
})
afterAll(() => helm.close())

async function findBlock(starts: string, language = 'sh'): Promise<string> {
  const found = (await readBlocks(page, language)).filter((block) => block.startsWith(starts))
  expect(found).toHaveLength(1)
  return found[0] ?? ''
}

test('the chart renders as the page installs it, and reads only the secrets that the page creates', async () => {
  const block = await findBlock('kubectl')
  const secrets = Array.from(block.matchAll(/^kubectl create secret generic (\S+) --from-env-file=\S+$/gm))
  const [, releaseName = '', chart = '', values = ''] =
    /^helm install (\S+) (\S+) --values (\S+)$/m.exec(block) ?? []
  // Each line is one of these.
  expect(secrets.length + 1).toBe(block.trimEnd().split('\n').length)

  const objects = await helm.template({
    releaseName,
    chart: join(rootDir, chart),
    valuesFiles: [join(rootDir, values)],
  })
  const references = JSON.stringify(objects).matchAll(/"secret(?:KeyRef|Ref)":\{[^}]*?"name":"([^"]+)"/g)
  const names = new Set(Array.from(references, ([, name]) => name))
  expect([...names].sort()).toEqual(secrets.map(([, name]) => name).sort())
})

test('the variables that the page puts into the secrets are those that the server requires', async () => {
  const text = await readFile(join(rootDir, page), 'utf8')
  const [, list = ''] = /`server\.env` has ([^;]+);/.exec(text) ?? []
  const values: Record<string, string> = {
    DATABASE_URL: 'postgres://reader@db.example.org/catalog',
    OPENSEARCH_URL: 'https://search.example.org',
    API_TOKEN: 'a-token-of-16-characters',
  }
  const names = Array.from(list.matchAll(/`(\w+)`/g), ([, name = '']) => name)
  expect(names.sort()).toEqual(Object.keys(values).sort())
  expect(parseConfig({ ...values, HOST: '0.0.0.0' }).access.kind).toBe('token')
  for (const name of names) {
    const others = Object.fromEntries(Object.entries(values).filter(([other]) => other !== name))
    expect(() => parseConfig({ ...others, HOST: '0.0.0.0' }), name).toThrow(name)
  }
})

test('the rule of prometheus-adapter counts with metrics that the server has', async () => {
  const { rules } = parse(await findBlock('rules:', 'yaml')) as {
    rules: { external: { seriesQuery: string; name: { as: string }; metricsQuery: string }[] }
  }
  const metrics = await readFile(join(rootDir, 'docs/reference/metrics.md'), 'utf8')
  expect(rules.external).toHaveLength(1)
  for (const { seriesQuery, name, metricsQuery } of rules.external) {
    for (const metric of [seriesQuery, name.as, ...(metricsQuery.match(/\bingestion_\w+/g) ?? [])])
      expect(metrics).toContain(`\`${metric}\``)
  }
})

test('blocks of YAML of other pages are YAML', async () => {
  const blocks = await readBlocks('docs/how-to/behind-a-proxy.md', 'yaml')
  expect(blocks.map((block) => Object.keys(parse(block) as object))).toEqual([['http']])
})
