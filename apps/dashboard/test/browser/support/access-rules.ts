import { actionFacts, type ActionName } from '@ingestion-server/core/actions'

/** Sender of a request: without a session, or a user with a role. */
export const callers = ['signed out', 'viewer', 'operator', 'admin'] as const
export type Caller = (typeof callers)[number]

export interface AccessRule {
  /** The lowest role that is allowed; `by action`: that of `actionRoles` for the action of the task. */
  needs: Caller | 'by action'
  /** Status of the response to an allowed sender. */
  answers: number
  /** The same for senders with a session, if it differs. */
  answersSignedIn?: number
  /** Whether an allowed request changes data. */
  changes?: boolean
  /** Whether the request ends the session of its sender. */
  endsSession?: boolean
}

/** Each action with the role that may start, cancel, retry or change its tasks. */
const actionRoles = Object.values(actionFacts).map(
  ({ name, scope }): { action: ActionName; needs: Caller } => ({
    action: name,
    needs: scope === 'delete' ? 'admin' : 'operator',
  }),
)

/** All operations of the dashboard, by the names of `listOperations`. Written independently of the dashboard. */
export const accessRules: Readonly<Record<string, AccessRule>> = {
  // Also needed by error pages: name and role of the user, and nothing without a session.
  'LAYOUT /': { needs: 'signed out', answers: 200 },
  'GET /': { needs: 'viewer', answers: 200 },
  'GET /live/overview': { needs: 'viewer', answers: 200 },
  'GET /livez': { needs: 'signed out', answers: 200 },
  'GET /readyz': { needs: 'signed out', answers: 200 },

  'GET /setup': { needs: 'signed out', answers: 200 },
  // The link is the credential, and has been used.
  'POST /setup?/default': { needs: 'signed out', answers: 403 },
  'GET /sign-in': { needs: 'signed out', answers: 200, answersSignedIn: 303 },
  'POST /sign-in?/default': { needs: 'signed out', answers: 303, changes: true, endsSession: true },
  'POST /sign-out': { needs: 'viewer', answers: 303, changes: true, endsSession: true },
  'POST /theme': { needs: 'signed out', answers: 303 },

  'GET /account': { needs: 'viewer', answers: 200 },
  'POST /account?/password': { needs: 'viewer', answers: 200, changes: true, endsSession: true },
  'POST /account?/signOutSession': { needs: 'viewer', answers: 200, changes: true },
  'POST /account?/signOutEverywhere': { needs: 'viewer', answers: 303, changes: true, endsSession: true },

  'GET /tasks': { needs: 'viewer', answers: 200 },
  'GET /tasks/[id]': { needs: 'viewer', answers: 200 },
  'GET /tasks/[id]/failed-documents': { needs: 'viewer', answers: 200 },
  'GET /live/tasks': { needs: 'viewer', answers: 200 },
  'GET /live/tasks/[id]': { needs: 'viewer', answers: 200 },
  'GET /live/tasks/[id]/stream': { needs: 'viewer', answers: 200 },
  'POST /tasks?/cancel': { needs: 'by action', answers: 200, changes: true },
  'POST /tasks?/retry': { needs: 'by action', answers: 200, changes: true },
  // Views are kept in the browser's cookie.
  'POST /tasks?/saveView': { needs: 'viewer', answers: 200 },
  'POST /tasks?/removeView': { needs: 'viewer', answers: 200 },
  'POST /tasks/[id]?/cancel': { needs: 'by action', answers: 303, changes: true },
  'POST /tasks/[id]?/retry': { needs: 'by action', answers: 303, changes: true },
  'POST /tasks/[id]?/limits': { needs: 'by action', answers: 303, changes: true },
  // A task without failed documents can't be redriven.
  'POST /tasks/[id]?/redrive': { needs: 'by action', answers: 409 },

  // The task moved no alias.
  'POST /tasks/[id]?/rollBack': { needs: 'by action', answers: 409 },

  'GET /tasks/new': { needs: 'operator', answers: 200 },
  'GET /tasks/new/[action]': { needs: 'by action', answers: 200 },
  'POST /tasks/new/[action]?/plan': { needs: 'by action', answers: 200 },
  'POST /tasks/new/[action]?/start': { needs: 'by action', answers: 303, changes: true },

  'GET /indices': { needs: 'viewer', answers: 200 },
  'GET /indices/[name]': { needs: 'viewer', answers: 200 },
  'GET /live/indices': { needs: 'viewer', answers: 200 },
  // The alias has no previous target.
  'POST /indices?/rollBack': { needs: 'operator', answers: 409 },

  'GET /live/pulse': { needs: 'viewer', answers: 200 },
  'GET /live/find': { needs: 'viewer', answers: 200 },
  'GET /ui': { needs: 'viewer', answers: 200 },
  'GET /audit/export': { needs: 'admin', answers: 200 },
  'GET /audit': { needs: 'admin', answers: 200 },
  'GET /tokens': { needs: 'admin', answers: 200 },
  'POST /tokens?/create': { needs: 'admin', answers: 200, changes: true },
  'POST /tokens?/revoke': { needs: 'admin', answers: 200, changes: true },
  'GET /users': { needs: 'admin', answers: 200 },
  'POST /users?/create': { needs: 'admin', answers: 200, changes: true },
  'POST /users?/changeRole': { needs: 'admin', answers: 200, changes: true },
  'POST /users?/setPassword': { needs: 'admin', answers: 200, changes: true },
  'POST /users?/delete': { needs: 'admin', answers: 200, changes: true },
}

export interface AccessCase {
  operation: string
  rule: AccessRule
  /** The action of the task in the request. */
  action: ActionName | null
  needs: Caller
}

/** Each rule, and for rules by action one case for each action. */
export function listAccessCases(): AccessCase[] {
  return Object.entries(accessRules).flatMap(([operation, rule]): AccessCase[] =>
    rule.needs === 'by action'
      ? actionRoles.map((each) => ({ operation, rule, ...each }))
      : [{ operation, rule, action: null, needs: rule.needs }],
  )
}

export const mayCall = (caller: Caller, needs: Caller) => callers.indexOf(caller) >= callers.indexOf(needs)
