/**
 * Character class that names must not contain, for regular expressions and JSON Schema: control characters, line
 * breaks, invisible characters and those that change the text direction, which could make two names look the same.
 */
export const invisible = String.raw`\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb`

/**
 * The tag characters are not part of the class above, because not every JSON Schema implementation supports code points
 * beyond the basic plane.
 */
const invisiblePattern = new RegExp(String.raw`[${invisible}\u{e0000}-\u{e007f}\p{Cs}]`, 'u')

/**
 * Whether a name contains none of the characters of `invisible` and no halves of surrogate pairs.
 *
 * @example
 * isVisible('Zoë') // true
 * isVisible('nimda\u202e') // false
 */
export function isVisible(name: string): boolean {
  return !invisiblePattern.test(name)
}
