import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheDirOf } from '@ingestion-server/local-services'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { createJsonLogger } from '../../apps/server/src/observability/log.ts'
import { createPrometheusMetrics } from '../../apps/server/src/observability/prometheus-metrics.ts'
import { findPromtool, type Tool } from '../tools/find-debian-tools.ts'
import { tryRun } from '../tools/run.ts'
import { deployDir, rootDir } from './tools.ts'

const folder = join(deployDir, 'monitoring')
const alertsFile = join(folder, 'alerts.yaml')

interface Rule {
  alert: string
  expr: string
  labels: Record<string, string>
  annotations: Record<string, string>
}

interface Dashboard {
  panels: { title: string; targets?: { expr: string }[] }[]
}

let rules: readonly Rule[]
let dashboard: Dashboard
let promtool: Tool

beforeAll(async () => {
  const { groups } = parse(await readFile(alertsFile, 'utf8')) as { groups: { rules: Rule[] }[] }
  rules = groups.flatMap((group) => group.rules)
  dashboard = JSON.parse(await readFile(join(folder, 'dashboard.json'), 'utf8')) as Dashboard
  promtool = await findPromtool(cacheDirOf(process.env))
})

const runPromtool = (...args: string[]) => tryRun(promtool.file, args, { env: promtool.env, cwd: folder })
const dashboardQueries = () => dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))

describe('the alerts', () => {
  test('are rules that Prometheus accepts', async () => {
    const { exitCode, output } = await runPromtool('check', 'rules', alertsFile)
    expect(output).toContain(`${rules.length} rules found`)
    expect(exitCode).toBe(0)
  })

  test('fire on the states that they are for, and not otherwise', async () => {
    const { exitCode, output } = await runPromtool('test', 'rules', 'alerts.test.yaml')
    expect(output).toContain('SUCCESS')
    expect(exitCode).toBe(0)
  })

  test('are all tested: in a state where each fires, and in one where none does', async () => {
    const { tests } = parse(await readFile(join(folder, 'alerts.test.yaml'), 'utf8')) as {
      tests: { alert_rule_test: { alertname: string; exp_alerts?: unknown[] }[] }[]
    }
    const cases = tests.flatMap((each) => each.alert_rule_test)
    for (const { alert } of rules) {
      const own = cases.filter(({ alertname }) => alertname === alert)
      expect(
        own.map(({ exp_alerts }) => exp_alerts !== undefined),
        alert,
      ).toEqual(expect.arrayContaining([true, false]))
    }
  })

  // A planted fault: with another threshold the tests have to fail.
  test('are noticed by their tests when a threshold changes', async () => {
    const copy = await mkdtemp(join(tmpdir(), 'ingestion-alerts-'))
    try {
      const text = await readFile(alertsFile, 'utf8')
      await writeFile(join(copy, 'alerts.yaml'), text.replace('> 172800', '> 17280000'))
      await writeFile(join(copy, 'alerts.test.yaml'), await readFile(join(folder, 'alerts.test.yaml')))
      const { exitCode, output } = await tryRun(promtool.file, ['test', 'rules', 'alerts.test.yaml'], {
        env: promtool.env,
        cwd: copy,
      })
      expect(output).toContain('IngestionAliasStale')
      expect(exitCode).not.toBe(0)
    } finally {
      await rm(copy, { recursive: true })
    }
  })

  test('have a severity, a description and a section of the documentation each', () => {
    for (const { alert, labels, annotations } of rules) {
      expect(labels['severity'], alert).toMatch(/^(critical|warning)$/)
      expect(annotations['summary'], alert).toMatch(/\S/)
      expect(annotations['description'], alert).toMatch(/\.$/)
      expect(annotations['runbook_url'], alert).toBe(`docs/how-to/monitor.md#${alert.toLowerCase()}`)
    }
  })

  test('have a heading each in the documentation', async () => {
    const page = await readFile(join(rootDir, 'docs/how-to/monitor.md'), 'utf8')
    const headings = page.split('\n').filter((line) => /^#+ Ingestion\w+$/.test(line))
    expect(headings.map((line) => line.replace(/^#+ /, '')).toSorted()).toEqual(
      rules.map(({ alert }) => alert).toSorted(),
    )
  })
})

describe('the dashboard', () => {
  test('has queries that Prometheus accepts', async () => {
    const copy = await mkdtemp(join(tmpdir(), 'ingestion-dashboard-'))
    try {
      const asRules = dashboardQueries().map((expr, index) => ({
        record: `panel:${index}`,
        expr: expr.replaceAll('$__rate_interval', '5m'),
      }))
      expect(asRules.length).toBeGreaterThan(15)
      const file = join(copy, 'queries.yaml')
      await writeFile(file, JSON.stringify({ groups: [{ name: 'panels', rules: asRules }] }))
      const { exitCode, output } = await runPromtool('check', 'rules', file)
      expect(output).toContain('SUCCESS')
      expect(exitCode).toBe(0)
    } finally {
      await rm(copy, { recursive: true })
    }
  })
})

describe('the metrics of alerts and dashboard', () => {
  const queries = () => [...rules.map(({ expr }) => expr), ...dashboardQueries()]

  test('are exported by the server', async () => {
    const exported = await listMetrics()
    const used = queries().flatMap((query) => query.match(/\b(ingestion|process|nodejs)_\w+/g) ?? [])
    expect(used.length).toBeGreaterThan(40)
    expect([...new Set(used)].filter((name) => !exported.has(name))).toEqual([])
  })

  test('have the labels that are used', async () => {
    const text = (
      await Promise.all(
        ['prometheus-metrics.ts', 'store-metrics.ts'].map((file) =>
          readFile(join(rootDir, 'apps/server/src/observability', file), 'utf8'),
        ),
      )
    ).join('\n')
    const known = [...text.matchAll(/labelNames: \[([^\]]*)\]/g)].flatMap(
      ([, list = '']) => list.match(/\w+/g) ?? [],
    )
    const used = queries().flatMap((query) => [
      ...[...query.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) => list.match(/\w+/g) ?? []),
      ...[...query.matchAll(/[{,]\s*(\w+)=~?"/g)].map(([, label = '']) => label),
    ])
    expect([...new Set(used)].filter((label) => ![...known, 'le'].includes(label))).toEqual([])
  })

  test('of which the autoscaler takes the number of active tasks', async () => {
    const values = parse(await readFile(join(deployDir, 'helm/ingestion-server/values.yaml'), 'utf8')) as {
      worker: { autoscaling: { metric: string } }
    }
    expect(await listMetrics()).toContain(values.worker.autoscaling.metric)
  })
})

/** Names as Prometheus stores them. */
async function listMetrics(): Promise<Set<string>> {
  const metrics = createPrometheusMetrics({
    store: {
      statistics: async () => ({ totals: [], oldestQueuedSeconds: null }),
      list: async () => ({ tasks: [], nextPageToken: null }),
    },
    listIndices: async () => ({ models: [] }), // nothing of it is read
    log: createJsonLogger({ level: 'error', write: () => undefined, now: () => new Date() }),
    now: () => 0,
  })
  const { text } = await metrics.render()
  const names = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  )
  return new Set(names)
}
