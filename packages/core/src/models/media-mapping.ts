import { lookAlikeRules } from '../look-alikes.ts'
import type { FieldMapping } from './model.ts'

/** A keyword field, for a small set of values. */
export const keyword: FieldMapping = { type: 'keyword' }

/**
 * A text field with a keyword subfield.
 *
 * @param ignoreAbove UTF-16 units; a longer value stays searchable as text and is omitted from `.keyword`
 */
export function text(ignoreAbove = 256): FieldMapping {
  return { type: 'text', fields: { keyword: { type: 'keyword', ignore_above: ignoreAbove } } }
}

/** English text with a keyword subfield, and with unstemmed words in `.raw`, where sensitive terms are searched. */
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

/** 2,000 code points of any script: at most 4,000 UTF-16 units, 8,000 of the 32,766 bytes that a keyword may have. */
const descriptionUnits = 4_000

const rankFeature: FieldMapping = { type: 'rank_feature' }

/** A file extension; longer values are not extensions that users filter by. */
export const extension = text(8)

/** Mapping of the fields that all kinds of media have. */
export const mediaProperties = {
  identifier: text(),
  // Boolean similarity: a repeated word in a title counts once.
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
  // Not a field that documents are built with: the API in front of the index may set it.
  authority_penalty: { type: 'rank_feature', positive_score_impact: false },
  max_boost: rankFeature,
  min_boost: rankFeature,
} satisfies Record<string, FieldMapping>

/**
 * The analyzer `custom_english`. The overrides come first, as in the indices that are searched today: a matching word
 * is marked as a keyword, so the stemmer leaves it unchanged. They come before `lowercase`, so they match only
 * lower-case words: `Animals` is stemmed to `anim`.
 */
export const mediaAnalysis = {
  char_filter: { look_alikes: { type: 'mapping', mappings: lookAlikeRules() } },
  filter: {
    english_overrides: {
      type: 'stemmer_override',
      // The stemmer would reduce the first five words to "anim", and universe and university to "univers".
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
    // Replaces the built-in analyzer for fields that name it, which are those where sensitive terms are searched. It
    // additionally treats look-alike characters as equal; searches that name it do the same.
    standard: { type: 'custom', char_filter: ['look_alikes'], tokenizer: 'standard', filter: ['lowercase'] },
    custom_english: {
      type: 'custom',
      tokenizer: 'standard',
      filter: ['english_overrides', 'english_possessive', 'lowercase', 'english_stop', 'english_stemmer'],
    },
  },
}
