import type { TaskFields } from './task-fields.ts'

/** The exceptions of a promotion, as the form shows them. */
export const exceptions = [
  {
    name: 'allow_unfiltered',
    label: 'Serve all documents',
    text: 'The filtered alias may serve an index with all documents.',
  },
  {
    name: 'allow_unverified',
    label: 'Serve an unverified index',
    text: 'The index was not built or verified by this server.',
  },
  {
    name: 'allow_shrink',
    label: 'Serve far fewer documents',
    text: 'The index has far fewer documents than the live one.',
  },
  {
    name: 'allow_changed',
    label: 'Serve a changed index',
    text: 'The index has changed since it was verified.',
  },
] as const satisfies readonly { name: keyof TaskFields; label: string; text: string }[]

/** Labels of the form's other controls, by wire name. */
const controlNames: Readonly<Record<string, string>> = {
  index_suffix: 'Suffix',
  destination_index_suffix: 'Suffix of the filtered index',
  origin_index_suffix: 'Index to filter',
  with_filtered: 'Both',
  filtered_index_suffix: 'Filtered copy',
  max_failed: 'Failed documents to accept',
  verify: 'Verification',
  verify_sample: 'Share of the documents to compare',
  ...Object.fromEntries(exceptions.map(({ name, label }) => [name, label])),
}

/**
 * A message of the server, with the controls of the form instead of the fields of the HTTP API.
 *
 * @example
 * nameControls('set allow_shrink if the loss is intended') // 'check “Serve far fewer documents” if the loss is intended'
 */
export function nameControls(message: string): string {
  return message.replace(
    /\b(set )?([a-z]+(?:_[a-z]+)+)\b/g,
    (text, set: string | undefined, field: string) => {
      const name = controlNames[field]
      if (name === undefined) return text
      const verb = set === undefined ? '' : field.startsWith('allow_') ? 'check ' : 'set '
      return `${verb}“${name}”`
    },
  )
}

/** Label of an exception, by wire name. */
export function exceptionLabel(field: string): string {
  return controlNames[field] ?? field
}

/** What a message of the server states, without what to do about it: that has been done. */
export function reasonOf(message: string): string {
  return message.split('; ', 1)[0] ?? message
}

/** The exceptions that a message of the server names: the form has to show them. */
export function namedExceptions(message: string): (keyof TaskFields)[] {
  const isNamed = ({ name, label }: (typeof exceptions)[number]) =>
    message.includes(name) || message.includes(`“${label}”`)
  return exceptions.filter(isNamed).map(({ name }) => name)
}
