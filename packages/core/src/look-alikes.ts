/**
 * Characters that show nothing, wherever they stand (Default_Ignorable_Code_Point): zero width space and joiners, soft
 * hyphen, byte order mark, marks of direction, variation selectors, fillers, tags.
 */
const invisible = /\p{Default_Ignorable_Code_Point}/gu

/** The forms of Unicode (UAX 15) in which the same text may be written. */
const normalForms = ['NFC', 'NFD', 'NFKC', 'NFKD'] as const

/** What is typed for an apostrophe, and what is printed: both are part of a word. */
const apostrophes = /['’]/g

/** A text as it is; in all normal forms, without what is invisible in it; and with either apostrophe. Each once. */
export function spellingsOf(text: string): string[] {
  const visible = text.replace(invisible, '')
  const forms = [text, ...normalForms.map((form) => visible.normalize(form))]
  return [
    ...new Set(forms.flatMap((form) => [form, ...["'", '’'].map((mark) => form.replace(apostrophes, mark))])),
  ]
}

/** Blocks of Unicode with letters and digits that are compatibility forms of others, first and last code point. */
const compatibilityBlocks = [
  [0x80, 0x33ff],
  [0xa640, 0xabff],
  [0xfb00, 0xffff],
  [0x10780, 0x107bf],
  [0x1ccf0, 0x1ccf9],
  [0x1d400, 0x1d7ff],
  [0x1e030, 0x1e06f],
  [0x1ee00, 0x1eeff],
  [0x1f100, 0x1f1ff],
  [0x1fbf0, 0x1fbf9],
] as const

/** Where invisible characters are that no text needs a rule for: unassigned ones, and the rest of plane 14's. */
const ignoredBlocks = [
  [0xad, 0x206f],
  [0x3164, 0x3164],
  [0xfe00, 0xfff8],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0001, 0xe007f],
  [0xe0100, 0xe01ef],
] as const

/** A letter or a digit, which a word may be written with. */
const wordCharacter = /^[\p{Alphabetic}\p{Nd}]$/u
const word = /^[\p{L}\p{M}\p{N}]+$/u

/**
 * Rules of a `mapping` char filter of OpenSearch: what is invisible is taken out, and a letter or a digit that is a
 * compatibility form of others (fullwidth, ligature, mathematical, circled, raised) becomes them. A text in NFC without
 * such characters has no rule, so its tokens stay what they are. About 2,900 rules, 30 kB; made in some 10 ms.
 */
export function lookAlikeRules(): string[] {
  const rules = new Map<string, string>()
  for (const character of charactersOf(compatibilityBlocks)) {
    const form = character.normalize('NFKC')
    if (form === character.normalize('NFC')) continue
    if (wordCharacter.test(character) && word.test(form)) rules.set(character, form)
  }
  for (const character of charactersOf(ignoredBlocks)) {
    if (character.search(invisible) === 0) rules.set(character, '')
  }
  // Marks of voice follow a half-width kana as a character of their own; the whole syllable has one.
  for (const [character] of [...rules]) {
    for (const mark of character >= '\uff66' && character <= '\uff9d' ? ['\uff9e', '\uff9f'] : []) {
      const syllable = (character + mark).normalize('NFKC')
      if (syllable.length === 1) rules.set(character + mark, syllable)
    }
  }
  return Array.from(rules, ([from, to]) => `${from}=>${to}`)
}

function* charactersOf(blocks: readonly (readonly [first: number, last: number])[]): Generator<string> {
  for (const [first, last] of blocks) {
    for (let code = first; code <= last; code++) {
      if (code < 0xd800 || code > 0xdfff) yield String.fromCodePoint(code)
    }
  }
}
