import type { Row } from './define-model.ts'
import type { MediaRow } from './media-document.ts'

/** For tests: a row of which everything is known but what is given as null. */
export function mediaRow(changes: Partial<MediaRow> = {}): MediaRow {
  return {
    id: 7,
    identifier: '4bc43a04-ef46-4544-a0c1-63c63f56e276',
    mature: false,
    title: 'Orava castle',
    foreignLandingUrl: 'https://example.org/photo/7',
    description: 'A castle on a rock.',
    creator: 'Ana',
    creatorUrl: 'https://example.org/ana',
    url: 'https://example.org/7.jpg',
    license: 'by-sa',
    licenseVersion: '4.0',
    licenseUrl: 'https://creativecommons.org/licenses/by-sa/4.0/',
    provider: 'flickr',
    source: 'flickr',
    category: 'photograph',
    createdOn: '"2018-09-11T13:06:48.062657"',
    tags: '[{"name": "castle", "accuracy": 0.99603, "provider": "clarifai"}, {"name": "rock"}]',
    standardizedPopularity: 0.25,
    authorityBoost: null,
    ...changes,
  }
}

export function imageRow(changes: Record<string, unknown> = {}): Row {
  const own = { thumbnail: 'https://example.org/7-small.jpg', width: 1024, height: 768 }
  return { ...mediaRow(), ...own, deleted: false, removedFromSource: false, ...changes }
}

export function audioRow(changes: Record<string, unknown> = {}): Row {
  const own = {
    bitRate: 128_000,
    sampleRate: 44_100,
    genres: '["rock","pop"]',
    duration: 177_000,
    filetype: 'mp3',
    altFiles: null,
  }
  return { ...mediaRow(), ...own, deleted: false, removedFromSource: false, ...changes }
}
