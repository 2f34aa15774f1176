import { readLastArgument } from '../../../../packages/core/test/runtime/last-argument.ts'
import type { SuiteOptions } from '../../../../packages/core/test/runtime/suite.ts'
import worker from './app-worker.ts'
import { useApp } from './use-app.ts'

/** Entry for Node, Deno and Bun alike: options as JSON in the last argument, the answers as the last line. */
const options = readLastArgument() as SuiteOptions
const answers = await useApp(
  (path, init) => worker.fetch(new Request(new URL(path, 'http://localhost'), init), { OPTIONS: options }),
  `${options.prefix}audio`,
)
console.log(JSON.stringify(answers))
