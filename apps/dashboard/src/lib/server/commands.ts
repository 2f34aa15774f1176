import { findActionFacts, type ActionFacts } from '@ingestion-server/core/actions'
import type { Task } from '@ingestion-server/sdk'
import { toCamelCase, toSnakeCase } from '../wire-names.ts'

export interface Command {
  name: string
  text: string
}

/**
 * A task's request as a call of the HTTP API, the SDK and the command line, which work as pasted.
 *
 * @param server.url its address
 * @param server.needsToken whether it requires a token; the commands read the caller's from INGESTION_TOKEN
 * @returns empty for an unknown action, such as one of a newer server
 */
export function toCommands(
  { request, action, model }: Pick<Task, 'request' | 'action' | 'model'>,
  { url, needsToken }: { url: string; needsToken: boolean },
): Command[] {
  const facts = findActionFacts(action)
  if (facts === null) return []
  const wire = Object.fromEntries(
    Object.entries({ model, action, ...request }).map(([name, value]) => [toSnakeCase(name), value]),
  )
  const args = Object.fromEntries(
    Object.entries(request).filter(([name]) => name !== 'model' && name !== 'action'),
  )
  const authorization = needsToken ? ' -H "Authorization: Bearer $INGESTION_TOKEN"' : ''
  const options = [
    `baseUrl: ${JSON.stringify(url)}`,
    ...(needsToken ? ['token: process.env.INGESTION_TOKEN'] : []),
  ]
  return [
    {
      name: 'curl',
      text: `curl -X POST -H 'Content-Type: application/json'${authorization} \\\n  -d ${quote(JSON.stringify(wire))} ${url}/task`,
    },
    {
      name: 'SDK',
      text: `// npm install @ingestion-server/sdk
import { createClient } from '@ingestion-server/sdk'

const client = createClient({ ${options.join(', ')} })\nconst task = await client.${facts.method}(${toObject({ model, ...args })})\nawait task.wait()`,
    },
    {
      name: 'Command line',
      text: `npx ingestion-server ${toCommandLine(facts, model, args)} --wait --url ${quote(url)}`,
    },
  ]
}

function toCommandLine(
  { command, fields }: ActionFacts,
  model: string,
  args: Record<string, unknown>,
): string {
  const options = Object.entries(fields).flatMap(([name, { option }]) => {
    const value = args[toCamelCase(name)]
    if (value === undefined || value === null || value === false) return []
    return value === true ? [`--${option}`] : [`--${option}`, quote(toText(value))]
  })
  return [command, model, ...options].join(' ')
}

const toText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

/** Quotes for a POSIX shell if necessary. */
function quote(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

function toObject(value: Record<string, unknown>): string {
  const fields = Object.entries(value).map(([name, inner]) => `${name}: ${JSON.stringify(inner)}`)
  return `{ ${fields.join(', ')} }`
}
