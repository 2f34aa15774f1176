import { lookAlikeRules } from '../look-alikes.ts'
import type { FieldMapping } from './model.ts'

/** A keyword of its own, for fields with a small set of values. */
export const keyword: FieldMapping = { type: 'keyword' }

/**
 * Text, and the same as a keyword.
 *
 * @param ignoreAbove UTF-16 units; a longer value stays searchable as text and is left out of `.keyword`
 */
export function text(ignoreAbove = 256): FieldMapping {
  return { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: ignoreAbove } } }
}

/** English text, the same as a keyword, and as the words stand there in `.raw`, where sensitive terms are looked for. */
export function englishText(ignoreAbove = 256): FieldMapping {
  return {
    type: 'text',
    analyzer: 'custom_english',
    fields: {
      keyword: { type: 'keyword', ignore_above: ignoreAbove },
      raw: { type: 'text', analyzer: 'standard' },
    },
  }
}

/** 2,000 code points of any script: at most 4,000 UTF-16 units, 8,000 bytes of the 32,766 that a keyword may have. */
const descriptionUnits = 4_000

const rankFeature: FieldMapping = { type: 'rank_feature' }

/** A file's extension: what is longer is no extension that anyone filters by. */
export const extension = text(8)

/** Mapping of the fields that every kind of media has. */
export const mediaProperties = {
  identifier: text(),
  // Boolean similarity: a word that a title repeats counts once.
  title: { ...englishText(), similarity: 'boolean' },
  foreign_landing_url: text(),
  description: englishText(descriptionUnits),
  creator: text(),
  creator_url: text(),
  url: text(),
  license: text(),
  license_version: text(),
  license_url: text(),
  provider: text(),
  source: text(),
  category: keyword,
  created_on: { type: 'date' },
  tags: { properties: { name: englishText(), accuracy: { type: 'float' } } },
  standardized_popularity: rankFeature,
  authority_boost: rankFeature,
  // Not among the fields of a document: the API in front of the index may set it.
  authority_penalty: { type: 'rank_feature', positive_score_impact: false },
  max_boost: rankFeature,
  min_boost: rankFeature,
} satisfies Record<string, FieldMapping>

/**
 * The analyzer `custom_english`. The overrides come first, as indices that people search today have it: a word
 * that matches is marked as a keyword, and the stemmer leaves it alone. They come before `lowercase`, so they
 * match lower-case words only: `Animals` is stemmed to `anim`.
 */
export const mediaAnalysis = {
  char_filter: { look_alikes: { type: 'mapping', mappings: lookAlikeRules() } },
  filter: {
    english_overrides: {
      type: 'stemmer_override',
      // The stemmer makes "anim" of all of the first five, and "univers" of universe and university.
      rules: [
        'animals => animal',
        'animal => animal',
        'anime => anime',
        'animate => animate',
        'animated => animate',
        'universe => universe',
      ],
    },
    english_possessive: { type: 'stemmer', language: 'possessive_english' },
    english_stop: { type: 'stop', stopwords: '_english_' },
    english_stemmer: { type: 'stemmer', language: 'english' },
  },
  analyzer: {
    // In the place of the built-in one for the fields that name it, which are those where sensitive terms are looked
    // for. It does the same, but takes characters that look alike for the same; so does a search that names it.
    standard: { type: 'custom', char_filter: ['look_alikes'], tokenizer: 'standard', filter: ['lowercase'] },
    custom_english: {
      type: 'custom',
      tokenizer: 'standard',
      filter: ['english_overrides', 'english_possessive', 'lowercase', 'english_stop', 'english_stemmer'],
    },
  },
}
