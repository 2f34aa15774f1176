import { route } from './route.ts'

/** Text for the action of an audit entry, to be followed by its subject. */
export const auditWords: Readonly<Record<string, string>> = {
  set_up: 'Set up the dashboard as',
  sign_in: 'Signed in as',
  sign_out: 'Signed out',
  sign_out_session: 'Signed out another session',
  sign_out_everywhere: 'Signed out everywhere',
  change_password: 'Changed their password',
  create_user: 'Created the user',
  change_role: 'Changed the role of',
  set_password: 'Set the password of',
  delete_user: 'Deleted the user',
  create_token: 'Created the token',
  revoke_token: 'Revoked the token',
  submit: 'Started',
  cancel: 'Cancelled the task',
  retry: 'Retried the task',
  redrive: 'Retried the failed documents of the task',
  set_limits: 'Changed the limits of the task',
  roll_back: 'Rolled back',
}

interface Entry {
  action: string
  subject: string | null
  detail: unknown
}

const taskActions = new Set(['cancel', 'retry', 'redrive', 'set_limits'])
const userActions = new Set(['create_user', 'change_role', 'set_password', 'delete_user'])
const tokenActions = new Set(['create_token', 'revoke_token'])

/** The task that an entry started; null: it started none. */
export function taskLink({ detail }: Pick<Entry, 'detail'>): string | null {
  const { taskId } = detail as { taskId?: unknown }
  return typeof taskId === 'string' ? route.task(taskId) : null
}

/** Where the subject of an entry is shown; null: it has no subject. */
export function subjectLink({ action, subject, detail }: Entry): string | null {
  if (subject === null) return null
  if (taskActions.has(action)) return route.task(subject)
  if (userActions.has(action)) return route.users(subject)
  if (tokenActions.has(action)) {
    const { id } = detail as { id?: unknown }
    return route.tokens(typeof id === 'string' ? id : undefined)
  }
  if (action === 'submit') {
    const { model } = detail as { model?: unknown }
    // A build without a suffix gets its name from the server.
    return subject === model ? route.indices() : route.index(subject)
  }
  // From the page of a promotion, which is then the subject.
  if (action === 'roll_back') return taskId.test(subject) ? route.task(subject) : route.indices()
  return route.audit({ actor: subject })
}

const taskId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Said in the sentence, or by its link. */
const hidden = new Set(['taskId', 'id', 'action', 'model', 'index_suffix', 'origin_index_suffix'])

/** The end of the sentence and the remaining facts: "to operator", "scopes: read, write". */
export function auditFacts({ action, detail }: Entry): { end: string; facts: string[] } {
  const facts = Object.entries(detail as Record<string, unknown>).filter(
    ([name, value]) => value !== null && value !== false && !hidden.has(name),
  )
  const role = facts.find(([name]) => name === 'role')?.[1]
  const saysRole = (action === 'change_role' || action === 'create_user') && typeof role === 'string'
  return {
    end: saysRole ? (action === 'change_role' ? `to ${role}` : `as ${role}`) : '',
    facts: facts
      .filter(([name]) => !(saysRole && name === 'role'))
      .map(([name, value]) => `${name.replaceAll('_', ' ')}: ${toText(value)}`),
  }
}

function toText(value: unknown): string {
  if (Array.isArray(value)) return value.map(toText).join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
