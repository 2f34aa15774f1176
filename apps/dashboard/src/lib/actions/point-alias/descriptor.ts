import { toIndexField } from '../../new-task/task-fields.ts'
import { route } from '../../route.ts'
import type { ActionDescriptor } from '../action-descriptor.ts'
import { aliasesOf, aliasOf, isRollback, previousOf } from './promotion-task.ts'

export const pointAlias = {
  controls: {
    index_suffix: { label: 'Index to promote' },
    alias: { label: 'Alias' },
    with_filtered: { label: 'Both' },
    filtered_index_suffix: {
      label: 'Filtered copy',
      hint: 'Suffix of the filtered index, if both aliases move. Left empty: the newest one that was filtered from the index.',
      section: 'Another filtered copy',
    },
    allow_unfiltered: {
      label: 'Serve all documents',
      hint: 'The filtered alias may serve an index with all documents.',
      section: 'Exceptions',
    },
    allow_unverified: {
      label: 'Serve an unverified index',
      hint: 'The index was not built or verified by this server.',
      section: 'Exceptions',
    },
    allow_shrink: {
      label: 'Serve far fewer documents',
      hint: 'The index has far fewer documents than the live one.',
      section: 'Exceptions',
    },
    allow_changed: {
      label: 'Serve a changed index',
      hint: 'The index has changed since it was verified.',
      section: 'Exceptions',
    },
  },
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
