/**
 * Control, format, surrogate, and line or paragraph separator characters: with them a name could look like another one,
 * turn the text around it, or be cut into two lines of a log (https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing).
 */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

export const isVisible = (text: string) => !invisible.test(text)

export const notVisibleMessage = 'must not hold control, invisible or bidirectional characters'
