import type { Task } from '@ingestion-server/sdk'

export interface Command {
  name: string
  text: string
}

/**
 * A task's request as a call of the HTTP interface, of the SDK and of the command line.
 *
 * @param server.url where it is
 * @param server.needsToken whether it asks for one; the commands take the caller's from INGESTION_TOKEN
 */
export function toCommands(
  { request, action, model }: Pick<Task, 'request' | 'action' | 'model'>,
  { url, needsToken }: { url: string; needsToken: boolean },
): Command[] {
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
      text: `const client = createClient({ ${options.join(', ')} })\nconst task = await client.${methods[action]}(${toObject({ model, ...args })})\nawait task.wait()`,
    },
    { name: 'Command line', text: `npx ingestion-server ${toCommandLine(action, model, args)} --wait` },
  ]
}

const methods: Record<Task['action'], string> = {
  REINDEX: 'reindex',
  CREATE_AND_POPULATE_FILTERED_INDEX: 'createFilteredIndex',
  POINT_ALIAS: 'pointAlias',
  DELETE_INDEX: 'deleteIndex',
}

function toCommandLine(action: Task['action'], model: string, args: Record<string, unknown>): string {
  const option = (name: string, value: unknown) =>
    value === undefined || value === null || value === false
      ? []
      : value === true
        ? [`--${name}`]
        : [`--${name}`, quote(toText(value))]
  const parts = {
    REINDEX: () => [
      'reindex',
      model,
      ...option('suffix', args['indexSuffix']),
      ...option('max-failed', args['maxFailed']),
    ],
    CREATE_AND_POPULATE_FILTERED_INDEX: () => [
      'filter',
      model,
      ...option('suffix', args['destinationIndexSuffix']),
      ...option('from', args['originIndexSuffix']),
    ],
    POINT_ALIAS: () => [
      'promote',
      model,
      ...option('suffix', args['indexSuffix']),
      ...option('alias', args['alias']),
      ...option('allow-unfiltered', args['allowUnfiltered']),
      ...option('allow-unverified', args['allowUnverified']),
      ...option('allow-shrink', args['allowShrink']),
      ...option('allow-changed', args['allowChanged']),
    ],
    DELETE_INDEX: () => ['delete', model, ...option('suffix', args['indexSuffix'])],
  }
  return parts[action]().join(' ')
}

const toText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

/** For a POSIX shell: what has no meaning there stands as it is. */
function quote(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}

function toObject(value: Record<string, unknown>): string {
  const fields = Object.entries(value).map(([name, inner]) => `${name}: ${JSON.stringify(inner)}`)
  return `{ ${fields.join(', ')} }`
}

function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
