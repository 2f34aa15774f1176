import { fail } from '@sveltejs/kit'
import { requireRoleFor } from '#lib/server/audited.ts'
import { changeTasks, type TaskChange } from '#lib/server/change-tasks.ts'
import { requireRole } from '#lib/server/require-role.ts'
import { readSavedViews, removeView, saveView } from '#lib/server/saved-views.ts'
import { readHistory, readTaskView, withoutStatus } from '#lib/server/task-view.ts'
import type { Actions, PageServerLoad, RequestEvent } from './$types'

export const load: PageServerLoad = async (event) => {
  const user = requireRole(event, 'viewer')
  const view = readTaskView(event.url.searchParams)
  return {
    view,
    withoutStatus: withoutStatus(view),
    history: await readHistory(user.name, view),
    savedViews: readSavedViews(event.cookies),
  }
}

const cancel: TaskChange = {
  action: 'cancel',
  detail: { keepIndex: false },
  statuses: ['queued', 'running'],
  work: (handle) => handle.cancel(),
  done: { one: 'One task is being cancelled.', many: 'tasks are being cancelled.' },
}
const retry: TaskChange = {
  action: 'retry',
  detail: {},
  statuses: ['failed', 'cancelled'],
  work: (handle) => handle.retry(),
  done: { one: 'One task is queued again.', many: 'tasks are queued again.' },
}

export const actions: Actions = {
  cancel: (event) => change(event, cancel),
  retry: (event) => change(event, retry),
  saveView: async (event) => {
    requireRole(event, 'viewer')
    const form = await event.request.formData()
    const view = { name: form.get('name'), search: form.get('search') }
    const problem = saveView(event.cookies, view, event.url.protocol === 'https:')
    return problem === null ? { done: 'The view is saved.' } : fail(400, { viewProblem: problem })
  },
  removeView: async (event) => {
    requireRole(event, 'viewer')
    const form = await event.request.formData()
    removeView(event.cookies, form.get('name'), event.url.protocol === 'https:')
    return { done: 'The view is removed.' }
  },
}

async function change(event: RequestEvent, kind: TaskChange) {
  const user = await requireRoleFor(event, 'operator', { action: kind.action, subject: null })
  return changeTasks(event, user, kind)
}
