import type { TaskFields } from '../../new-task/task-fields.ts'
import { labels } from './labels.ts'

/** The exceptions of a promotion, as the form shows them. */
export const exceptions = [
  {
    name: 'allow_unfiltered',
    label: labels.allow_unfiltered,
    text: 'The filtered alias may serve an index with all documents.',
  },
  {
    name: 'allow_unverified',
    label: labels.allow_unverified,
    text: 'The index was not built or verified by this server.',
  },
  {
    name: 'allow_shrink',
    label: labels.allow_shrink,
    text: 'The index has far fewer documents than the live one.',
  },
  {
    name: 'allow_changed',
    label: labels.allow_changed,
    text: 'The index has changed since it was verified.',
  },
] as const satisfies readonly { name: keyof TaskFields; label: string; text: string }[]

/** The exceptions that a message of the server names: the form has to show them. */
export function namedExceptions(message: string): (keyof TaskFields)[] {
  const isNamed = ({ name, label }: (typeof exceptions)[number]) =>
    message.includes(name) || message.includes(`“${label}”`)
  return exceptions.filter(isNamed).map(({ name }) => name)
}
