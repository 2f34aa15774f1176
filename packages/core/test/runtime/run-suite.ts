import { readLastArgument } from './last-argument.ts'
import { runSuite, withSuiteHost, type SuiteOptions } from './suite.ts'

/** Entry for Node, Deno and Bun: options as JSON in the last argument, the result as the last line. */
const options = readLastArgument() as SuiteOptions
console.log(JSON.stringify(await withSuiteHost(options, (host) => runSuite(options, host))))
