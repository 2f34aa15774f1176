import { toIndexField } from '../../new-task/task-fields.ts'
import { route } from '../../route.ts'
import type { ActionDescriptor } from '../action-descriptor.ts'

export const reindex = {
  controls: {
    index_suffix: {
      label: 'Suffix of the new index',
      hint: 'The index is called <model>-<suffix>, such as image-20231106. Left empty, the server generates one.',
    },
    max_failed: {
      label: 'Failed documents to accept',
      hint: 'The task fails if OpenSearch rejects more documents than this. Left empty: none.',
    },
    verify: {
      label: 'Verification',
      options: {
        '': 'Default (ids)',
        ids: 'Ids: number and checksums of all ids; adds 3 to 5 % of the load time',
        documents: 'Documents: also every field; adds about a quarter of the load time',
      },
    },
    verify_sample: {
      label: 'Share of the documents to compare',
      hint: 'From above 0 to 1, such as 0.01. Compares the fields of this share of the documents, spread over the table. Left empty: all of them, if documents are compared.',
    },
  },
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
