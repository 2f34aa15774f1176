import { errorMessage } from '@ingestion-server/core/database'
import type { RequestEvent } from '@sveltejs/kit'
import { writeLogLine } from '../../../host/output.js'
import type { Role } from '../role.ts'
import type { AuditEntry } from './audit.ts'
import { describeFailure } from './audit-outcome.ts'
import { ThrottledError, type OnDone, type SignedInUser } from './auth/index.ts'
import { requireRole } from './require-role.ts'
import { auditLog } from './services.ts'

/** A requested change, as it is named in the audit log. */
export interface Command {
  action: string
  subject: string | null
  detail?: Record<string, unknown>
}

type Client = Pick<RequestEvent, 'getClientAddress'>
type Work<Result> = (onDone: OnDone) => Promise<Result>

/**
 * Runs an action and records an audit entry with the outcome (done, refused or failed) and the reason.
 *
 * @param work gets a function that records success in its transaction; if it is not called, success is recorded
 * afterwards
 * @throws the errors of `work`
 */
export function audited<Result>(
  event: Client,
  user: Pick<SignedInUser, 'name'>,
  { action, subject, detail = {} }: Command,
  work: Work<Result>,
): Promise<Result> {
  const entry = { actor: user.name, action, subject, detail, address: event.getClientAddress() }
  return note(entry, () => entry, work)
}

/** Same as `audited`. A refused or failed sign-in has no actor. */
export function auditedSignIn<Result>(event: Client, name: string, work: Work<Result>): Promise<Result> {
  const entry = { action: 'sign_in', subject: name, detail: {}, address: event.getClientAddress() }
  // A throttled address could try any number of account names, so its attempts are counted in one entry.
  const undone = (error: unknown) => {
    const isOfAddress = error instanceof ThrottledError && error.limit === 'address'
    return { ...entry, actor: null, subject: isOfAddress ? null : name }
  }
  return note({ ...entry, actor: name }, undone, work)
}

/** Same as `auditedSignIn`. The entry of a refused set-up omits the name, so that repeats are counted in one. */
export function auditedSetUp<Result>(event: Client, name: string, work: Work<Result>): Promise<Result> {
  const detail = { role: 'admin' }
  const entry = { actor: name, action: 'set_up', subject: name, detail, address: event.getClientAddress() }
  return note(entry, () => ({ ...entry, actor: null, subject: null, detail: {} }), work)
}

type Noted = Omit<AuditEntry, 'outcome'>

async function note<Result>(
  entry: Noted,
  undone: (error: unknown) => Noted,
  work: Work<Result>,
): Promise<Result> {
  const done: AuditEntry = { ...entry, outcome: 'done' }
  let isNoted = false
  let result: Result
  try {
    result = await work(async (tx) => {
      await auditLog.add(done, tx)
      isNoted = true
    })
  } catch (error) {
    const { outcome, reason } = describeFailure(error)
    const entry = undone(error)
    await addOrLog({ ...entry, outcome, detail: { ...entry.detail, ...reason } })
    throw error
  }
  if (!isNoted) await addOrLog(done)
  return result
}

/**
 * Same as `requireRole`, for changing actions: a refusal is recorded.
 *
 * @throws HttpError 401 without a user, 403 with a lesser role
 */
export async function requireRoleFor(
  event: Client & Pick<RequestEvent, 'locals'>,
  needed: Role,
  command: Command,
): Promise<SignedInUser> {
  const { user } = event.locals
  if (user === null) return requireRole(event, needed)
  try {
    return requireRole(event, needed)
  } catch (refusal) {
    return audited(event, user, command, () => Promise.reject(refusal as Error))
  }
}

/** Records that a command failed before it began, because the ingestion server was unavailable. */
export async function noteFailure(
  event: Client,
  user: SignedInUser,
  { action, subject, detail = {} }: Command,
  message: string,
): Promise<void> {
  const reason = { code: 'unavailable', message }
  const entry = { actor: user.name, action, subject, address: event.getClientAddress() }
  await addOrLog({ ...entry, outcome: 'failed', detail: { ...detail, ...reason } })
}

/** A call to the server can't be undone when storing its entry fails, so the entry is logged instead. */
async function addOrLog(entry: AuditEntry): Promise<void> {
  try {
    await auditLog.add(entry)
  } catch (error) {
    const message = 'audit entry was not stored; the database refused it or is unavailable'
    writeLogLine(JSON.stringify({ level: 'error', message, entry, error: errorMessage(error) }))
  }
}
