import { constants } from 'node:os'
import { MissingToolsError } from '../packages/local-services/src/index.ts'
import { checks, groupParallel, runCheck, signalChecks, type Check, type CheckResult } from './checks.ts'
import { prepareForChecks } from './prepare-for-checks.ts'
import { readNamesOrExit } from './read-names.ts'
import { createTemporaryFolder } from './temporary-folder.ts'

const known = checks.map(({ name }) => name)
const given = process.argv.slice(2)
const mayInstall = !given.includes('--no-install')
const names = readNamesOrExit(
  `npm test -- [--only NAME,…] [--no-install]

Runs all checks, or those named: ${known.join(', ')}.

  --no-install   installs no missing system packages (by default apt-get does, as root)
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
const received: NodeJS.Signals[] = []
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    received.push(signal)
    signalChecks(signal)
  })
}

const temporary = await createTemporaryFolder()
const run = (check: Check) => runCheck(check, { ...process.env, TMPDIR: temporary.path })
const results: CheckResult[] = await Promise.all(asked.filter(({ isVitest }) => !isVitest).map(run))
for (const group of groupParallel(asked.filter(({ isVitest }) => isVitest))) {
  if (received.length === 0) results.push(...(await Promise.all(group.map(run))))
}
const leftovers = await temporary.listLeftovers()
await temporary.remove()
const [signal] = received
if (signal !== undefined) process.exit(128 + constants.signals[signal])
results.push({
  name: 'leftovers',
  passed: leftovers.length === 0 ? 1 : 0,
  failed: leftovers.length,
  seconds: 0,
  failures: leftovers.map((path) => `${path} is left behind`),
})

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
