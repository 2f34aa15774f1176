import { randomUUID } from 'node:crypto'
import { toCamelCase, type ActionName, type NewTask } from '@ingestion-server/sdk'
import { actionFacts, type ActionFacts, type FieldFacts } from '@ingestion-server/core/actions'
import type { AccessCase, Caller } from './access-rules.ts'
import { password } from './open-browser.ts'
import { startFormSuite } from './start-suite.ts'

/** A request that changes data if its sender is allowed. */
export interface AccessRequest {
  path: string
  form: Record<string, string>
}

/**
 * A dashboard with a user of each role, in front of a server that accepts tasks but has no workers: only requests
 * change data, and every task stays in the state that a command requires.
 */
export async function createAccessHarness() {
  const users = { viewer: 'viewer', operator: 'operator', admin: 'admin' } as const
  await using endings = new AsyncDisposableStack()
  const { stack, sender, asAdmin, close } = await startFormSuite({ users })
  endings.defer(close)
  const { client, suffix, sql } = stack
  await (await client.reindex({ model: 'audio', indexSuffix: suffix })).wait()
  await stack.stopServer()
  await stack.startServer({ ROLE: 'api' })

  const nameIndex = () => `${suffix}-${randomUUID().slice(0, 8)}`

  /** Fields of an action's request with which the server accepts the task. */
  function valuesOf(action: ActionName): Record<string, string | true> {
    const values: Record<string, string | true> = { model: 'audio' }
    for (const [name, { kind }] of Object.entries<FieldFacts>(actionFacts[action].fields)) {
      if (kind === 'new suffix') values[name] = nameIndex()
      if (kind === 'suffix') values[name] = suffix
      if (kind === 'alias') values[name] = 'audio'
      if (kind === 'flag' && name.startsWith('allow_')) values[name] = true
    }
    return values
  }

  const start = (action: ActionName) => {
    const args = Object.entries(valuesOf(action)).map(([name, value]) => [toCamelCase(name), value])
    return client.tasks.create({ action, ...Object.fromEntries(args) } as NewTask)
  }

  /** The same in a form. It reads only its own fields: `index` instead of the model and suffix of an existing index. */
  function formOfAction(action: ActionName): Record<string, string> {
    const values = Object.entries(valuesOf(action)).map(([name, value]) => [name, String(value)])
    const { scope }: ActionFacts = actionFacts[action]
    return {
      ...(Object.fromEntries(values) as Record<string, string>),
      index: `audio/${suffix}`,
      alias: 'default',
      ...(scope === 'delete' && { confirm: `audio-${suffix}` }),
    }
  }

  /** Ends active tasks, so that their indices are free for the next task. */
  async function endTasks(): Promise<void> {
    for (const status of ['queued', 'running'] as const)
      for await (const { taskId } of client.tasks.iterate({ status }))
        await (await client.tasks.handle(taskId)).cancel()
  }

  async function makeTask(action: ActionName, isCancelled: boolean): Promise<string> {
    const handle = await start(action)
    if (isCancelled) await handle.cancel()
    return handle.id
  }

  async function addSubject(): Promise<{ id: string }> {
    const name = `u${randomUUID().slice(0, 8)}`
    await sender.post('/users?/create', { name, password, role: 'viewer' }, asAdmin)
    const [user] = await sql<{ id: string }[]>`select id from dashboard."user" where name = ${name}`
    if (!user) throw new Error(`${name} was not made`)
    return user
  }

  /** A session of the caller in another browser, which nothing else uses. */
  async function addSession(caller: Caller): Promise<string> {
    const id = randomUUID()
    await sql`
      insert into dashboard.session (id, user_id, expires_at, created_at, address, user_agent)
      select ${id}, id, now() + interval '1 hour', now(), '203.0.113.7', 'curl/8' from dashboard."user"
      where name = ${caller === 'signed out' ? 'viewer' : caller}`
    return id
  }

  async function formOf(operation: string, caller: Caller): Promise<Record<string, string>> {
    switch (operation) {
      case 'POST /setup?/default':
        return { name: 'eve', password, again: password }
      case 'POST /sign-in?/default':
        return { name: caller === 'signed out' ? 'viewer' : caller, password }
      case 'POST /account?/password':
        return { current: password, password, again: password }
      case 'POST /account?/signOutSession':
        return { session: await addSession(caller) }
      case 'POST /tasks/[id]?/limits':
        return { documents_per_second: '7', in_flight: '2' }
      case 'POST /indices?/rollBack':
        return { alias: 'audio' }
      case 'POST /tokens?/create':
        return { name: 'bot', scopes: 'read', days: '7' }
      case 'POST /tokens?/revoke': {
        const { token } = await client.tokens.create({ name: 'bot', scopes: ['read'], expiresAt: null })
        return { id: token.id, name: 'bot' }
      }
      case 'POST /users?/create':
        return { name: `u${randomUUID().slice(0, 8)}`, password, role: 'admin' }
      case 'POST /users?/changeRole':
        return { ...(await addSubject()), role: 'admin' }
      case 'POST /users?/setPassword':
        return { ...(await addSubject()), password: `another ${password}` }
      case 'POST /users?/delete':
        return addSubject()
      case 'POST /tasks?/saveView':
        return { name: 'mine', search: '?status=failed' }
      default:
        return {}
    }
  }

  /** Creates the data that the request refers to. */
  async function prepare({ operation, action }: AccessCase, caller: Caller): Promise<AccessRequest> {
    await endTasks()
    const pattern = operation.slice(operation.indexOf(' ') + 1).replace('?/default', '')
    const ofNew = pattern.startsWith('/tasks/new/') && action !== null
    if (ofNew)
      return { path: pattern.replace('[action]', actionFacts[action].command), form: formOfAction(action) }
    const form = await formOf(operation, caller)
    if (!pattern.includes('[id]') && action === null)
      return { path: pattern.replace('[name]', `audio-${suffix}`), form }
    const id = await makeTask(action ?? 'REINDEX', pattern.endsWith('?/retry'))
    return { path: pattern.replace('[id]', id), form: pattern.startsWith('/tasks?/') ? { task: id } : form }
  }

  /** All data that a request could change, except the last use of sessions and audit entries of refusals. */
  async function digest(): Promise<string> {
    const rows = await sql`
      select 'task' as of, to_jsonb(t) as row from ingestion.task t
      union all select 'token', to_jsonb(t) - 'last_used_at' from ingestion.token t
      union all select 'user', to_jsonb(u) - 'last_sign_in_at' from dashboard."user" u
      union all select 'session', jsonb_build_object('id', id) from dashboard.session`
    return JSON.stringify(rows.map((row) => JSON.stringify(row)).sort())
  }

  const kept = endings.move()
  return { stack, sender, prepare, digest, close: () => kept.disposeAsync() }
}
