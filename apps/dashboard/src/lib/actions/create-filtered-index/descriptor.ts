import { toIndexField } from '../../new-task/task-fields.ts'
import { route } from '../../route.ts'
import { requestText } from '../../task/request-text.ts'
import type { ActionDescriptor } from '../action-descriptor.ts'

export const createFilteredIndex = {
  controls: {
    destination_index_suffix: {
      label: 'Suffix of the filtered index',
      hint: 'Left empty, the same suffix is used: image-20231106 becomes image-20231106-filtered.',
    },
    origin_index_suffix: { label: 'Index to filter' },
  },
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
