import { toIndexField } from '../../new-task/task-fields.ts'
import { route } from '../../route.ts'
import { requestText } from '../../task/request-text.ts'
import type { ActionDescriptor } from '../action-descriptor.ts'
import { labels } from './labels.ts'

export const createFilteredIndex = {
  labels,
  auditVerb: 'Started to filter',
  titleParts(task, index) {
    const origin = requestText(task, 'originIndexSuffix') ?? requestText(task, 'destinationIndexSuffix')
    return { subject: origin === null ? task.model : `${task.model}-${origin}`, target: index }
  },
  afterSuccess({ model, index }) {
    const fields = { index: toIndexField(model, index), alias: 'filtered' }
    return {
      hint: `${index ?? 'The index'} has no documents with sensitive terms. Searches don’t use it until it is promoted.`,
      steps: [{ text: 'Promote it as filtered', href: route.newTaskForm('promote', fields), isMain: true }],
    }
  },
} satisfies ActionDescriptor
