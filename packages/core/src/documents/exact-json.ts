/*
 * Compares JSON by value: the order of keys, white space, escapes and number formats make no difference. JSON.parse
 * can't be used: it converts numbers to doubles, so that neighbouring numbers beyond 2^53 become equal.
 */

/**
 * The fields of a document by name, each in canonical form.
 *
 * @param json an object
 * @throws SyntaxError for text that is not a JSON object
 */
export function readCanonicalFields(json: string): Map<string, string> {
  const reader = createReader(json)
  const fields = reader.readMembers()
  reader.expectEnd()
  return fields
}

/** The canonical text of a document's fields. */
export function writeCanonical(fields: ReadonlyMap<string, string>): string {
  const members = [...fields].sort(([left], [right]) => (left < right ? -1 : 1))
  return `{${members.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join()}}`
}

/** Names of fields that are missing in one of two documents, or have different values. */
export function listDifferingFields(left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>) {
  return [...new Set([...left.keys(), ...right.keys()])].filter((name) => left.get(name) !== right.get(name))
}

const whitespace = /[ \t\n\r]*/y
// JSON.parse rejects invalid characters in a string.
const string = /"(?:[^"\\]|\\.)*"/y
const number = /(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?/y
const word = /true|false|null/y

function createReader(json: string) {
  let at = 0

  const fail = () => new SyntaxError(`unexpected JSON at position ${at}`)
  function match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = at
    const found = pattern.exec(json)
    if (found) at = pattern.lastIndex
    return found
  }
  /** Consumes the next character after white space if it is `character`. */
  function take(character: string): boolean {
    match(whitespace)
    if (json[at] !== character) return false
    at++
    return true
  }
  function expect(character: string): void {
    if (!take(character)) throw fail()
  }
  function readString(): string {
    match(whitespace)
    const found = match(string)
    if (!found) throw fail()
    return JSON.parse(found[0]) as string
  }
  function readMembers(): Map<string, string> {
    const members = new Map<string, string>()
    expect('{')
    if (take('}')) return members
    do {
      const name = readString()
      expect(':')
      members.set(name, readValue())
    } while (take(','))
    expect('}')
    return members
  }
  function readList(): string {
    expect('[')
    if (take(']')) return '[]'
    const entries: string[] = []
    do entries.push(readValue())
    while (take(','))
    expect(']')
    return `[${entries.join()}]`
  }
  function readValue(): string {
    match(whitespace)
    switch (json[at]) {
      case '{':
        return writeCanonical(readMembers())
      case '[':
        return readList()
      case '"':
        return JSON.stringify(readString())
      default: {
        const found = match(word)?.[0] ?? canonicalNumber(match(number))
        if (found === null) throw fail()
        return found
      }
    }
  }
  return {
    readMembers,
    expectEnd() {
      match(whitespace)
      if (at !== json.length) throw fail()
    },
  }
}

/** Digits without leading and trailing zeros, and the power of ten to multiply them by: 1.0, 1 and 10e-1 are "1e0". */
function canonicalNumber(found: RegExpExecArray | null): string | null {
  if (!found) return null
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = found
  const digits = `${whole}${fraction}`.replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  const power = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - significant.length)
  return `${sign}${significant}e${power}`
}
