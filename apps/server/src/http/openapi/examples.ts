import { actionFacts } from '@ingestion-server/core'

/** The life of an index, from the database to searches: the curl calls of the README. */
export const taskExamples = Object.fromEntries(
  Object.values(actionFacts).map(({ command, example }) => [command, example]),
)
