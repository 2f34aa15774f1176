import { requireRoleFor } from '#lib/server/audited.ts'
import { requireRole } from '#lib/server/require-role.ts'
import { cancelTasks } from '#lib/server/cancel-tasks.ts'
import { readHistory, readTaskView } from '#lib/server/task-view.ts'
import type { Actions, PageServerLoad } from './$types'

export const load: PageServerLoad = async (event) => {
  const user = requireRole(event, 'viewer')
  const view = readTaskView(event.url.searchParams)
  return { view, history: await readHistory(user.name, view) }
}

export const actions: Actions = {
  cancel: async (event) => {
    const user = await requireRoleFor(event, 'operator', { action: 'cancel', subject: null })
    const form = await event.request.formData()
    const ids = form.getAll('task').filter((value) => typeof value === 'string')
    return cancelTasks(event, user, ids)
  },
}
