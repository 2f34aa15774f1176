import { parseArgs } from 'node:util'

const help = `npm run faults -- [OPTION …]

Plays rounds of randomly injected faults against real services, one server and two workers, for an hour or as long as
specified. The seed is printed; it reproduces the same rounds.

  --rounds N      plays this number of rounds, however long they take
  --minutes N     plays for this number of minutes (default 60)
  --seed N        seed of the run (default: random)
  --round N       plays only the round with this number, --rounds times
  --only a,b      only kinds of faults whose names contain one of these texts
  --short         only the kinds of the short form, without slow ones; waits longer, as beside other suites
  --out FILE      file for the results (default faults/results/faults.json); written after each round
  --resume        continues after the last round in that file, with its seed
  --publish       writes docs/explanation/reliability.md from that file afterwards, or immediately with --rounds 0
  --list          prints the kinds of faults
  --help
`

export interface Options {
  rounds: number | null
  minutes: number
  seed: number | null
  /** The only round to run. */
  round: number | null
  only: readonly string[]
  isShort: boolean
  out: string
  isResumed: boolean
  isPublished: boolean
  isList: boolean
}

/** Parses the options of the command line. Ends the process if they are invalid, or after the help. */
export function readOptionsOrExit(defaultOut: string): Options {
  try {
    const { values } = parseArgs({
      options: {
        rounds: { type: 'string' },
        minutes: { type: 'string' },
        seed: { type: 'string' },
        round: { type: 'string' },
        only: { type: 'string' },
        short: { type: 'boolean', default: false },
        out: { type: 'string', default: defaultOut },
        resume: { type: 'boolean', default: false },
        publish: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) {
      process.stdout.write(help)
      process.exit(0)
    }
    return {
      rounds: readNumber('rounds', values.rounds),
      minutes: readNumber('minutes', values.minutes) ?? 60,
      seed: readNumber('seed', values.seed),
      round: readNumber('round', values.round),
      only: values.only?.split(',').filter(Boolean) ?? [],
      isShort: values.short,
      out: values.out,
      isResumed: values.resume,
      isPublished: values.publish,
      isList: values.list,
    }
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${help}`) // parseArgs throws TypeErrors only
    process.exit(2)
  }
}

function readNumber(name: string, text: string | undefined): number | null {
  if (text === undefined) return null
  if (!/^\d{1,9}$/.test(text)) throw new TypeError(`--${name} must be a whole number of at most nine digits`)
  return Number(text)
}
