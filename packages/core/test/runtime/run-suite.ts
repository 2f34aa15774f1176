import { runSuite, withSuiteHost, type SuiteOptions } from './suite.ts'

/** Entry for Node, Deno and Bun alike: options as JSON in the last argument, the result as the last line. */
const globals = globalThis as unknown as { Deno?: { args: string[] }; process: { argv: string[] } }
const options = JSON.parse(String((globals.Deno?.args ?? globals.process.argv).at(-1))) as SuiteOptions
console.log(JSON.stringify(await withSuiteHost(options, (host) => runSuite(options, host))))
