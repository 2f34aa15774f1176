import { toIndexField } from '../../new-task/task-fields.ts'
import { route } from '../../route.ts'
import type { ActionDescriptor } from '../action-descriptor.ts'
import { labels } from './labels.ts'

export const reindex = {
  labels,
  auditVerb: 'Started to build',
  afterSuccess({ model, index }) {
    const built = toIndexField(model, index)
    return {
      hint: `${index ?? 'The index'} is built and verified. Searches don’t use it until it is promoted.`,
      steps: [
        { text: 'Filter it', href: route.newTaskForm('filter', { index: built }) },
        { text: 'Promote it', href: route.newTaskForm('promote', { index: built }), isMain: true },
      ],
    }
  },
} satisfies ActionDescriptor
