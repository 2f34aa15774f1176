import { route } from '../../route.ts'
import type { ActionDescriptor } from '../action-descriptor.ts'

export const deleteIndex = {
  controls: {
    index_suffix: {
      label: 'Index to delete',
      hint: 'A live index can’t be deleted: point its alias to another index first.',
    },
  },
  auditVerb: 'Started to delete',
  titleParts: ({ model }, index) => (index === null ? { subject: `an index of ${model}` } : {}),
  afterSuccess: () => ({ steps: [{ text: 'See the indices', href: route.indices() }] }),
} satisfies ActionDescriptor
