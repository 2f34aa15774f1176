import { MissingToolsError } from '../packages/local-services/src/index.ts'
import { checks, groupParallel, runCheck, type CheckResult } from './checks.ts'
import { prepareForChecks } from './prepare-for-checks.ts'
import { readNamesOrExit } from './read-names.ts'

const known = checks.map(({ name }) => name)
const given = process.argv.slice(2)
const mayInstall = !given.includes('--no-install')
const names = readNamesOrExit(
  `npm test -- [--only NAME,…] [--no-install]

Runs all checks, or those named: ${known.join(', ')}.

  --no-install   installs no package of the system that is missing (else apt-get does, as root)
  --help
`,
  known,
  given.filter((name) => name !== '--only' && name !== '--no-install').flatMap((name) => name.split(',')),
)

const asked = checks.filter(({ name }) => names.length === 0 || names.includes(name))
try {
  await prepareForChecks(asked, { env: process.env, mayInstall, onProgress: (line) => console.error(line) })
} catch (error) {
  if (!(error instanceof MissingToolsError)) throw error
  console.error(error.message)
  process.exit(1)
}
const results: CheckResult[] = await Promise.all(asked.filter(({ isVitest }) => !isVitest).map(runCheck))
for (const group of groupParallel(asked.filter(({ isVitest }) => isVitest)))
  results.push(...(await Promise.all(group.map(runCheck))))

// Prints the failures again at the end, because the log of a run may be cut to its last lines.
for (const { name, failures } of results) {
  for (const failure of failures) console.log(`\nFAILED in ${name}: ${failure}`)
}

console.log('')
for (const { name, passed, failed, seconds } of results) {
  console.log(
    `${failed === 0 ? 'ok  ' : 'FAIL'} ${name.padEnd(10)} ${passed} passed, ${failed} failed, ${seconds.toFixed(1)} s`,
  )
}
const passed = results.reduce((sum, result) => sum + result.passed, 0)
const failed = results.reduce((sum, result) => sum + result.failed, 0)
console.log(`\n${passed} passed, ${failed} failed`)
process.exit(failed === 0 && passed > 0 ? 0 : 1)
