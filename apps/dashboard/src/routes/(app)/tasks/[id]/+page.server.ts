import { error, fail, isHttpError, redirect } from '@sveltejs/kit'
import { IngestionError, type TaskHandle } from '@ingestion-server/sdk'
import { route } from '#lib/route.ts'
import { toSentence } from '#lib/format/sentence.ts'
import { audited, requireRoleFor } from '#lib/server/audited.ts'
import { requireId } from '#lib/server/require-id.ts'
import { requireRole } from '#lib/server/require-role.ts'
import { requireTask } from '#lib/server/require-task.ts'
import { readComparison } from '#lib/server/task-comparison.ts'
import { planRollback, readRollbackForm, rollBack } from '#lib/server/roll-back.ts'
import { ingestion, readTaskDetail } from '#lib/server/services.ts'
import { aliasOf } from '#lib/actions/point-alias/promotion-task.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'

/** Longer than any name of an index. */
const maxTypedLength = 300

export const load: PageServerLoad = async (event) => {
  const user = requireRole(event, 'viewer')
  const taskId = requireId(event.params.id)
  const detail = await readTaskDetail(user.name, taskId)
  const compared = event.url.searchParams.get('compare')
  return {
    taskId,
    detail,
    comparison: detail.value && (await readComparison(user.name, detail.value.task, compared)),
    rollback: detail.value && (await planRollback(ingestion.as(user.name), detail.value.task)),
  }
}

export const actions: Actions = {
  cancel: async (event) => {
    const form = await event.request.formData()
    const keepIndex = form.get('keep_index') === 'true'
    return change(event, 'cancel', { keepIndex }, (handle) => handle.cancel({ keepIndex }))
  },
  retry: (event) => change(event, 'retry', {}, (handle) => handle.retry()),
  redrive: (event) => change(event, 'redrive', {}, (handle) => handle.redrive()),
  limits: async (event) => {
    const form = await event.request.formData()
    const limits = {
      documentsPerSecond: readLimit(form.get('documents_per_second')),
      inFlight: readLimit(form.get('in_flight')),
    }
    if (Object.values(limits).some(Number.isNaN)) {
      return fail(400, {
        problem: 'A limit must be a whole number from 1 on, or empty for none.',
        at: 'limits',
      })
    }
    return change(event, 'set_limits', limits, (handle) => handle.setLimits(limits))
  },
  rollBack: async (event) => {
    const input = readRollbackForm(await event.request.formData())
    return change(
      event,
      'roll_back',
      {},
      async ({ task }) => {
        if (task.action !== 'POINT_ALIAS') error(409, 'This task moved no alias.')
        return rollBack(ingestion.as(requireRole(event, 'operator').name), aliasOf(task), input)
      },
      input.typed.slice(0, maxTypedLength),
    )
  },
}

async function change(
  event: RequestEvent,
  action: string,
  detail: Record<string, unknown>,
  /** Returns the id of a new task, whose page is shown then. */
  work: (handle: TaskHandle) => Promise<unknown>,
  /** A typed confirmation, which a refusal keeps. */
  typed?: string,
) {
  const id = requireId(event.params.id)
  const user = await requireRoleFor(event, 'operator', { action, subject: id })
  let started: unknown
  try {
    started = await audited(event, user, { action, subject: id, detail }, async () =>
      work(await requireTask(event, id)),
    )
  } catch (cause) {
    if (isHttpError(cause) && cause.status === 409)
      return fail(409, { problem: cause.body.message, at: action, typed })
    if (!(cause instanceof IngestionError)) throw cause
    return fail(409, { problem: toSentence(cause.message), at: action, typed })
  }
  redirect(303, route.task(typeof started === 'string' ? started : id))
}

/** Null for no limit (empty), NaN for invalid input. */
function readLimit(value: FormDataEntryValue | null): number | null {
  const text = typeof value === 'string' ? value.trim() : ''
  if (text === '') return null
  return /^[1-9]\d{0,7}$/.test(text) ? Number(text) : NaN
}
