/** A document's JSON in three parts, of which the middle one is the value that the reason is about. */
interface MarkedBody {
  before: string
  marked: string
  after: string
}

/** The field that a reason of OpenSearch names, such as `failed to parse field [tags.accuracy] of type [float]`. */
export function fieldInReason(reason: string): string | null {
  return /\b(?:field|object mapping for) \[([^\]]+)\]/.exec(reason)?.[1] ?? null
}

/**
 * Marks the member of a document that a reason names. The body may be cut off, so it is searched as text: each name of
 * the path follows the one before.
 */
export function markField(body: string, field: string | null): MarkedBody {
  const none = { before: body, marked: '', after: '' }
  if (field === null) return none
  let start = -1
  let from = 0
  for (const name of field.split('.')) {
    start = body.indexOf(`${JSON.stringify(name)}:`, from)
    if (start === -1) return none
    from = start + 1
  }
  const end = endOfMember(body, start)
  return { before: body.slice(0, start), marked: body.slice(start, end), after: body.slice(end) }
}

/** The end of the member that starts at a place: before the comma or bracket that follows its value. */
function endOfMember(body: string, start: number): number {
  let depth = 0
  let isText = false
  for (let at = start; at < body.length; at++) {
    const character = body[at]
    if (isText) {
      if (character === '\\') at++
      else if (character === '"') isText = false
    } else if (character === '"') isText = true
    else if (character === '{' || character === '[') depth++
    else if (character === '}' || character === ']' || character === ',') {
      if (depth === 0) return at
      if (character !== ',') depth--
    }
  }
  return body.length
}
