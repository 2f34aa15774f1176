import type { Random } from './random.ts'

const adjectives = [
  'quiet',
  'golden',
  'frozen',
  'crowded',
  'abandoned',
  'tiny',
  'steep',
  'foggy',
  'painted',
  'sunlit',
  'wild',
  'old',
  'blue',
  'broken',
  'distant',
]
const nouns = [
  'harbour',
  'mountain',
  'lake',
  'market',
  'bridge',
  'forest',
  'animal',
  'animals',
  'universe',
  'lantern',
  'river',
  'kitchen',
  'orchestra',
  'garden',
  'train',
  'lighthouse',
  'cat',
  'dog',
  'window',
  'horse',
  'anime',
  'bicycle',
]
const places = [
  'in the rain',
  'at dawn',
  'near the station',
  'after the storm',
  'from above',
  'in winter',
  'by candlelight',
  'under the arches',
  'before closing time',
]
const verbs = [
  'drifts past',
  'looks over',
  'waits beside',
  'hides behind',
  'leans on',
  'is running toward',
  'was animated by',
  'sings to',
]

/** Titles in other scripts, with combining marks and writing directions. Naive text handling breaks each of them. */
const otherTitles = [
  '静かな港の朝',
  '山と湖',
  '冬天的灯塔',
  '시장의 저녁',
  'Тихая гавань на рассвете',
  'Παλιό γεφύρι',
  'جسر قديم فوق النهر',
  'שוק בגשם',
  'สะพานเก่า',
  'पहाड़ और झील',
  'Ngọn hải đăng cũ',
  'Crème brûlée à l’étoile',
  'Straße am Fluß',
  'İstanbul’da ılık bir gün',
  'Żółw i gęś',
  'e\u0301tude in a\u030angstro\u0308m',
  'Z\u0351\u036b\u0343a\u0363lgo garden',
  '🏔️ lake 🌊',
  '👩‍👩‍👧‍👦 at the market',
  '🇳🇴 harbour',
  '𝒮𝒸𝓇𝒾𝓅𝓉 lighthouse',
  '𠮷野家の猫',
  'x\u200by zero width',
  'a\u00a0hard\u00a0space',
  '\u202Ertl override\u202C end',
  'Tom & "Jerry" <b>not bold</b>',
  'back\\slash, comma; tab\there',
  'two\nlines',
  "the cat's owner's dogs'",
  'co-op / e-mail @ 50%',
  '   ',
  '-',
  '0',
]
const people = [
  'Ada Winther',
  'Bo Ek',
  'Chidi Okafor',
  'Dmitri Volkov',
  'Élise Moreau',
  'Fatima al-Sayed',
  'Goro Tanaka',
  'Hana Nováková',
  'Inês Sá',
  'Jón Þórsson',
  '林 美玲',
  'دانا حداد',
  'anonymous',
  'Museum of Small Things',
  'B. "Bob" O’Neil',
]
const astral = ['🏔', '🌊', '𝔸', '𠮷', '🦊', '🎼']

/** A title, usually in English. */
export function makeTitle(random: Random): string {
  if (random.chance(0.15)) return random.pick(otherTitles)
  const start = `${random.pick(adjectives)} ${random.pick(nouns)}`
  const title = random.chance(0.5) ? `${start} ${random.pick(places)}` : start
  return random.chance(0.3) ? `${title} ${random.integer(1, 9999)}` : title
}

export function makeName(random: Random): string {
  return random.chance(0.6) ? random.pick(people) : `${random.pick(nouns)}_${random.integer(1, 20_000)}`
}

export function makeTag(random: Random): string {
  if (random.chance(0.06)) return random.pick(otherTitles)
  return random.chance(0.7) ? random.pick(nouns) : `${random.pick(adjectives)} ${random.pick(nouns)}`
}

/**
 * One or more sentences; one in fifty is longer than 2000 code points, with characters beyond 16 bits around that
 * limit.
 */
export function makeDescription(random: Random): string {
  if (random.chance(0.02)) return makeLongDescription(random)
  const sentences = Array.from({ length: random.integer(1, 4) }, () => makeSentence(random))
  if (random.chance(0.1)) sentences.push(random.pick(otherTitles))
  return sentences.join(' ')
}

function makeSentence(random: Random): string {
  const subject = `The ${random.pick(adjectives)} ${random.pick(nouns)}`
  return `${subject} ${random.pick(verbs)} a ${random.pick(nouns)} ${random.pick(places)}.`
}

function makeLongDescription(random: Random): string {
  const sentence = makeSentence(random)
  const start = sentence.repeat(Math.ceil(1980 / sentence.length)).slice(0, 1980)
  return start + Array.from({ length: random.integer(15, 400) }, () => random.pick(astral)).join('')
}
