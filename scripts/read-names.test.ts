import { expect, test } from 'vitest'
import { readNames } from './read-names.ts'

const help = 'npm run thing -- [one|two]'

test.each([[[]], [['one']], [['two', 'one']], [['--', 'one']]])('%j are names', (args) => {
  expect(readNames(args, help, ['one', 'two'])).toEqual({ names: args.filter((name) => name !== '--') })
})

test.each([[['--help']], [['-h']], [['one', '--help']], [['--what', '-h']]])(
  '%j asks for help and starts nothing',
  (args) => expect(readNames(args, help, ['one'])).toEqual({ message: help, exitCode: 0 }),
)

test.each([[['three']], [['--verbose']], [['one', '-x']], [['']]])(
  '%j is refused, with the usage',
  (args) => {
    const read = readNames(args, help, ['one', 'two'])
    expect(read).toMatchObject({ exitCode: 2, message: expect.stringContaining(help) as string })
  },
)

test('a script that knows no names takes none', () => {
  expect(readNames(['one'], help)).toMatchObject({ exitCode: 2 })
})
