import { runSuite, type SuiteOptions } from './suite.ts'

/** Entry for Node, Deno and Bun alike: options as JSON in the last argument, the result as the last line. */
const globals = globalThis as unknown as { Deno?: { args: string[] }; process: { argv: string[] } }
const options = (globals.Deno?.args ?? globals.process.argv).at(-1)
console.log(JSON.stringify(await runSuite(JSON.parse(String(options)) as SuiteOptions)))
