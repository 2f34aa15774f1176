import { toIndexField } from '../../new-task/task-fields.ts'
import { route } from '../../route.ts'
import type { ActionDescriptor } from '../action-descriptor.ts'
import { labels } from './labels.ts'
import { aliasesOf, aliasOf, isRollback, previousOf } from './promotion-task.ts'

export const pointAlias = {
  labels,
  auditVerb: 'Started to promote',
  titleParts: (task, index) => ({
    ...(isRollback(task) && { verb: 'Roll back' }),
    subject: aliasesOf(task),
    target: index,
  }),
  afterSuccess(task) {
    const old = previousOf(task)
    return {
      hint: old.length > 0 ? `Searches of ${aliasOf(task)} went to ${old.join(', ')} before.` : '',
      rollBack: old.length === 1 ? aliasOf(task) : null,
      steps: old.flatMap((name) => {
        const index = toIndexField(task.model, name)
        return index === undefined
          ? []
          : [{ text: `Delete ${name}`, href: route.newTaskForm('delete', { index }) }]
      }),
    }
  },
  exceptions: {
    index_shrank: ['allow_shrink', 'Promote the smaller index anyway'],
    index_unverified: ['allow_unverified', 'Promote the unverified index anyway'],
    index_changed: ['allow_changed', 'Promote the changed index anyway'],
    unfiltered_index: ['allow_unfiltered', 'Promote the unfiltered index anyway'],
  },
} satisfies ActionDescriptor
