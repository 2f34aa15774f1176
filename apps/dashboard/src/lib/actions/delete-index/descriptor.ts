import { route } from '../../route.ts'
import type { ActionDescriptor } from '../action-descriptor.ts'
import { labels } from './labels.ts'

export const deleteIndex = {
  labels,
  auditVerb: 'Started to delete',
  titleParts: ({ model }, index) => (index === null ? { subject: `an index of ${model}` } : {}),
  afterSuccess: () => ({ steps: [{ text: 'See the indices', href: route.indices() }] }),
} satisfies ActionDescriptor
