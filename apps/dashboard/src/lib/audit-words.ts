import { route } from './route.ts'

/** Text for the action of an audit entry, to be followed by its subject. */
export const auditWords: Readonly<Record<string, string>> = {
  set_up: 'Set up the dashboard as',
  sign_in: 'Signed in as',
  sign_out: 'Signed out',
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
  roll_back: 'Pointed back',
}

const taskActions = new Set(['cancel', 'retry', 'redrive', 'set_limits'])

/** Link to the subject of an entry. */
export function subjectLink(entry: {
  action: string
  subject: string | null
  detail: unknown
}): string | null {
  if (entry.subject !== null && taskActions.has(entry.action)) return route.task(entry.subject)
  const taskId = (entry.detail as { taskId?: unknown }).taskId
  return typeof taskId === 'string' ? route.task(taskId) : null
}
