import type { Json } from './odd-json.ts'
import type { Random } from './random.ts'
import { makeSharedColumns, toJson, type SampleRow, type Value } from './sample-row.ts'

const providers = ['jamendo', 'jamendo', 'freesound', 'wikimedia_audio', 'ccmixter']
const filetypes = ['mp3', 'mp3', 'ogg', 'wav', 'flac', 'MP3', 'midi']
const genres = [
  'rock',
  'jazz',
  'ambient',
  'hip hop',
  'chanson',
  'folk',
  'drum "n" bass',
  '民謡',
  'électro',
  '',
]
const categories = ['music', 'music', 'sound_effect', 'podcast', 'audiobook', 'news']
/** Milliseconds at the boundaries between length categories. */
const edgeDurations = [0, 1, 29_999, 30_000, 119_999, 120_000, 599_999, 600_000, 14_400_000]

export function makeAudioRow(random: Random, id: number): SampleRow {
  const filetype = random.pick(filetypes)
  const shared = makeSharedColumns(random, id, random.pick(providers), filetype.toLowerCase())
  return {
    ...shared,
    filetype: random.chance(0.85) ? filetype : undefined,
    category: random.chance(0.7) ? random.pick(categories) : undefined,
    genres: makeGenres(random),
    duration: random.chance(0.04)
      ? undefined
      : random.chance(0.1)
        ? random.pick(edgeDurations)
        : random.integer(500, 900_000),
    bit_rate: random.chance(0.6) ? random.pick([64_000, 128_000, 192_000, 320_000, 1_411_200]) : undefined,
    sample_rate: random.chance(0.6) ? random.pick([8000, 22_050, 44_100, 48_000, 192_000]) : undefined,
    alt_files: toJson(makeAltFiles(random)),
    ...makeSet(random),
  }
}

/** A Postgres array: quoted elements, NULL, or empty. */
function makeGenres(random: Random): Value {
  if (random.chance(0.4)) return undefined
  const names = Array.from({ length: random.integer(0, 3) }, () => random.pick(genres))
  return `{${names.map((name) => `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`).join(',')}}`
}

function makeAltFiles(random: Random): Json {
  if (random.chance(0.6)) return undefined
  if (random.chance(0.1)) return random.pick<Json>([null, [], {}, [{ bit_rate: 128_000 }]])
  return Array.from({ length: random.integer(1, 3) }, (): Json => {
    const filetype = random.pick(filetypes)
    return {
      url: `https://files.example/${random.hex(8)}.${filetype}`,
      filetype,
      filesize: random.integer(1, 1e8),
    }
  })
}

function makeSet(random: Random): SampleRow {
  if (random.chance(0.5)) return {}
  const set = random.chance(0.8) ? `album-${random.integer(1, 400)}` : `Álbum №${random.integer(1, 40)} — 夏`
  return { audio_set_foreign_identifier: set, audio_set_position: random.integer(1, 20) }
}
