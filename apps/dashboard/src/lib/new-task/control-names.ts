/**
 * A message of the server, with the controls of the form instead of the fields of the HTTP API.
 *
 * @param labels of the controls, by field
 * @example
 * nameControls('set allow_shrink if the loss is intended', labels) // 'check “Serve far fewer documents” if the loss is intended'
 */
export function nameControls(message: string, labels: Readonly<Record<string, string>>): string {
  return message.replace(
    /\b(set )?([a-z]+(?:_[a-z]+)+)\b/g,
    (text, set: string | undefined, field: string) => {
      const name = labels[field]
      if (name === undefined) return text
      const verb = set === undefined ? '' : field.startsWith('allow_') ? 'check ' : 'set '
      return `${verb}“${name}”`
    },
  )
}

/** What a message of the server states, without what to do about it: that has been done. */
export function reasonOf(message: string): string {
  return message.split('; ', 1)[0] ?? message
}
