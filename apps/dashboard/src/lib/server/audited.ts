import type { RequestEvent } from '@sveltejs/kit'
import type { SignedInUser } from './auth/index.ts'
import { auditLog } from './services.ts'

export interface Deed {
  action: string
  subject: string | null
  detail?: Record<string, unknown>
}

/**
 * Does something and notes that it was done, or refused and why.
 *
 * @throws what `work` throws
 */
export async function audited<Result>(
  event: Pick<RequestEvent, 'getClientAddress'>,
  user: SignedInUser,
  { action, subject, detail = {} }: Deed,
  work: () => Promise<Result>,
): Promise<Result> {
  const entry = { actor: user.name, action, subject, address: event.getClientAddress() }
  try {
    const result = await work()
    await auditLog.add({ ...entry, outcome: 'done', detail })
    return result
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown } // whatever it is, these are only read
    if (typeof code === 'string') {
      await auditLog.add({ ...entry, outcome: 'refused', detail: { ...detail, code, message } })
    }
    throw error
  }
}
