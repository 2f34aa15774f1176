import type { Control } from './control.ts'
import type { FieldName } from './field-name.ts'

/**
 * A message of the server, with the controls of the form instead of the fields of the HTTP API.
 *
 * @param controls of the form
 * @example
 * nameControls('set allow_shrink if the loss is intended', controls) // 'check “Serve far fewer documents” if the loss is intended'
 */
export function nameControls(message: string, controls: readonly Control[]): string {
  return message.replace(
    /\b(set )?([a-z]+(?:_[a-z]+)+)\b/g,
    (text, set: string | undefined, field: string) => {
      const label = labelOf(field, controls)
      if (label === undefined) return text
      const verb = set === undefined ? '' : isException(field) ? 'check ' : 'set '
      return `${verb}“${label}”`
    },
  )
}

/** @returns undefined for a field without a control, such as one of a newer server */
export function labelOf(field: string, controls: readonly Control[]): string | undefined {
  return controls.find(({ name }) => name === field)?.label
}

/** The exceptions that a message of the server names: the form has to show them. */
export function namedExceptions(message: string, controls: readonly Control[]): FieldName[] {
  const isNamed = ({ name, label }: Control) => message.includes(name) || message.includes(`“${label}”`)
  return controls.filter((control) => isException(control.name) && isNamed(control)).map(({ name }) => name)
}

const isException = (field: string) => field.startsWith('allow_')

/** What a message of the server states, without what to do about it: that has been done. */
export function reasonOf(message: string): string {
  return message.split('; ', 1)[0] ?? message
}
