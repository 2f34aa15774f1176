import { checks, runCheck, type CheckResult } from './checks.ts'

/** `npm test [NAME …]`: all checks, or those named. */
const names = process.argv.slice(2)
const unknown = names.filter((name) => !checks.some((check) => check.name === name))
if (unknown.length > 0) {
  console.error(`no check ${unknown.join(', ')}; there are: ${checks.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}

const asked = checks.filter(({ name }) => names.length === 0 || names.includes(name))
const results: CheckResult[] = await Promise.all(asked.filter(({ isVitest }) => !isVitest).map(runCheck))
for (const check of asked.filter(({ isVitest }) => isVitest)) results.push(await runCheck(check))

// A run's record may keep its last lines only, and its failures stand far above them: they are told once more.
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
