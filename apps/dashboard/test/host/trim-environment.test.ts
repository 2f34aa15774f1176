import { expect, test } from 'vitest'
import { trimEnvironment } from '../../host/trim-environment.js'

test('line ends at the end of a variable are no part of it', () => {
  const env = {
    INGESTION_TOKEN: 'secret\n',
    DATABASE_URL: 'postgres://db/a\r\n',
    ENVIRONMENT: 'a\nb',
    EMPTY: '\n',
  }
  trimEnvironment(env)
  expect(env).toEqual({
    INGESTION_TOKEN: 'secret',
    DATABASE_URL: 'postgres://db/a',
    ENVIRONMENT: 'a\nb',
    EMPTY: '',
  })
})
