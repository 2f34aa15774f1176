/**
 * Characters that show nothing, wherever they stand (Default_Ignorable_Code_Point): zero width space and joiners, soft
 * hyphen, byte order mark, marks of direction, variation selectors, fillers, tags. And the marks of annotations, which
 * Unicode lists apart.
 */
const invisible = /[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu

/** The forms of Unicode (UAX 15) in which the same text may be written. */
const normalForms = ['NFC', 'NFD', 'NFKC', 'NFKD'] as const

/** What is typed for an apostrophe, what is printed, and what passes for one: all are part of a word. */
const apostropheMarks = ["'", '’', '‘', 'ʼ']
const apostrophes = /['’‘ʼ]/g

/** A text as it is; in all normal forms, without what is invisible in it; and with every apostrophe. Each once. */
export function spellingsOf(text: string): string[] {
  const visible = text.replace(invisible, '')
  const forms = [text, ...normalForms.map((form) => visible.normalize(form))]
  return [
    ...new Set(
      forms.flatMap((form) => [form, ...apostropheMarks.map((mark) => form.replace(apostrophes, mark))]),
    ),
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
  [0xfe00, 0xfffb],
  [0x1bca0, 0x1bca3],
  [0x1d173, 0x1d17a],
  [0xe0001, 0xe007f],
  [0xe0100, 0xe01ef],
] as const

/** Blocks with pictographs, which the tokenizer takes for words, first and last code point. */
const pictographBlocks = [
  [0xa9, 0xae],
  [0x203c, 0x2049],
  [0x2122, 0x2139],
  [0x2194, 0x21aa],
  [0x231a, 0x23fa],
  [0x25aa, 0x27bf],
  [0x2934, 0x2b55],
  [0x3030, 0x303d],
  [0x3297, 0x3299],
  [0x1f000, 0x1faff],
] as const

/**
 * Emoji, the letters of flags, and colours of skin (UTS 51), and the symbols beside them, of which more were emoji in
 * the version of Unicode that Lucene has.
 */
const pictograph =
  /^(?!\p{Cn})[\p{So}\p{Sm}\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}]$/u
/** Makes a key of the character before it, which stays what it is. */
const keycap = '\u20e3'

/** A letter or a digit, raised, lowered and circled ones too, which a word may be written with. */
const wordCharacter = /^[\p{Alphabetic}\p{Nd}\p{No}]$/u
const word = /^[\p{L}\p{M}\p{N}]+$/u
/** What doesn't end a word or a number within it (UAX 29: MidNumLet, MidLetter, MidNum, ExtendNumLet), in ASCII. */
const joiner = /^['.,:;_]$/

/**
 * Rules of a `mapping` char filter of OpenSearch: what is invisible is taken out, and a letter, a digit or a joiner of
 * a word that is a compatibility form of others (fullwidth, ligature, mathematical, circled, raised) becomes them. A
 * letter that shares its capital with another, such as the Greek sigma that ends a word, becomes that one: `lowercase`
 * makes only one of them of the capital. A pictograph, also ©, ® and ™, is a space: no word, and nothing within one. A
 * text in NFC without such characters has no rule, so its tokens stay what they are. About 6,800 rules, 90 kB; made in
 * some 15 ms.
 */
export function lookAlikeRules(): string[] {
  const rules = new Map<string, string>()
  for (const character of charactersOf(compatibilityBlocks)) {
    const form = foldCase(character.normalize('NFKC'))
    if (form === character.normalize('NFC')) continue
    if (joiner.test(form) || (wordCharacter.test(character) && word.test(form))) rules.set(character, form)
  }
  for (const character of charactersOf(ignoredBlocks)) {
    if (character.search(invisible) === 0) rules.set(character, '')
  }
  for (const character of charactersOf(pictographBlocks)) {
    if (pictograph.test(character) && !rules.has(character)) rules.set(character, '\\u0020')
  }
  rules.set(keycap, '')
  // Marks of voice follow a half-width kana as a character of their own; the whole syllable has one.
  for (const [character] of [...rules]) {
    for (const mark of character >= '\uff66' && character <= '\uff9d' ? ['\uff9e', '\uff9f'] : []) {
      const syllable = (character + mark).normalize('NFKC')
      if (syllable.length === 1) rules.set(character + mark, syllable)
    }
  }
  return Array.from(rules, ([from, to]) => `${from}=>${to}`)
}

/** A small letter as Unicode folds its case, where lower case leaves it as it is: `ς` and `σ` are both `Σ`. */
function foldCase(letter: string): string {
  const folded = letter.toUpperCase().toLowerCase()
  if (folded === letter || letter.toLowerCase() !== letter) return letter
  // Not what only one language takes for the same, such as the Turkish dotless i, nor what becomes several letters.
  return new RegExp(`^${letter}$`, 'iu').test(folded) ? folded : letter
}

function* charactersOf(blocks: readonly (readonly [first: number, last: number])[]): Generator<string> {
  for (const [first, last] of blocks) {
    for (let code = first; code <= last; code++) {
      if (code < 0xd800 || code > 0xdfff) yield String.fromCodePoint(code)
    }
  }
}
