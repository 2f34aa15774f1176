import { variables as dashboardVariables } from '../../apps/dashboard/src/env.ts'
import hostVariables from '../../apps/dashboard/host/variables.json' with { type: 'json' }
import { variables } from '../../apps/server/src/composition/config.ts'
import {
  variableMeanings,
  type VariableMeaning,
} from '../../apps/server/src/composition/variable-meanings.ts'
import { code, toTable } from './markdown.ts'

const heads = ['variable', 'default', 'meaning', 'value']

/** The variables of the server and the dashboard, with what their parsers return and refuse. */
export function describeConfiguration(): Record<string, string> {
  const server = Object.entries<Record<string, VariableMeaning>>(variableMeanings).flatMap(
    ([group, meanings]) => [
      `### ${group}`,
      toTable(
        heads,
        Object.entries(meanings).map(([name, { meaning, unset }]) => {
          const schema = variables.shape[name as keyof typeof variables.shape] // checked where they are described
          const { success, data } = schema.safeParse(undefined)
          return [code(name), success ? (unset ?? toDefault(data)) : 'required', meaning, ruleOf(schema)]
        }),
      ),
    ],
  )
  const dashboard = Object.entries(dashboardVariables).map(([name, { description = '', schema }]) => {
    const result = schema['~standard'].validate(undefined)
    const value = 'value' in result ? result.value : undefined
    return [code(name), name === 'DATABASE_URL' ? 'required' : toDefault(value), description]
  })
  const host = Object.entries(hostVariables).map(([name, { default: byDefault, description }]) => [
    code(name),
    byDefault === '' ? '' : code(byDefault),
    description,
  ])
  return {
    server: server.join('\n\n'),
    dashboard: toTable(heads.slice(0, 3), [...dashboard, ...host]),
  }
}

function toDefault(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? code(String(value))
    : ''
}

/** What the parser says about a value that no variable can have, without "must". */
function ruleOf(schema: {
  safeParse(value: unknown): { error?: { issues: readonly { message: string }[] } }
}): string {
  const [issue] = schema.safeParse('\n').error?.issues ?? []
  const rule = issue?.message.replace(/^must (be|have) /, '') ?? ''
  return rule.replace(/[a-z]+:\/\/[^\s,]+|echo \S*\$\([^)]*\)/g, code)
}
