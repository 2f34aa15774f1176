/**
 * A class of characters that a name must not hold, for regular expressions and JSON Schema: controls, line breaks, and
 * what is not seen or turns the direction of the text around it, so that one name could pass for another.
 */
export const invisible = String.raw`\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb`

/** The tags beyond the first planes are left out above, as not every reader of JSON Schema knows how to write them. */
const invisiblePattern = new RegExp(String.raw`[${invisible}\u{e0000}-\u{e007f}\p{Cs}]`, 'u')

/**
 * Whether a name is what it looks like: without the characters of `invisible` and without halves of surrogate pairs.
 *
 * @example
 * isVisible('Zoë') // true
 * isVisible('nimda\u202e') // false
 */
export function isVisible(name: string): boolean {
  return !invisiblePattern.test(name)
}
