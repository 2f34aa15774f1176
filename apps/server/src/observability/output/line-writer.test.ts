import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createLineWriter } from './line-writer.ts'

/** Accepts all bytes, some of them, or none with an error, as set by the test. */
function createOutput() {
  const decoder = new TextDecoder()
  let text = ''
  const scheduled: (() => void)[] = []
  const output = {
    /** Results of the next calls: number of accepted bytes, or the code of the error. Later calls accept all. */
    script: [] as (number | string)[],
    /** Result of all calls that the script doesn't name. */
    code: null as string | null,
    get lines() {
      return text.split('\n').slice(0, -1)
    },
    runScheduled: () => scheduled.splice(0).forEach((callback) => callback()),
  }
  const writer = createLineWriter({
    write(bytes) {
      const step = output.script.shift() ?? output.code ?? bytes.length
      if (typeof step === 'string') throw Object.assign(new Error(step), { code: step })
      const taken = Math.min(step, bytes.length)
      text += decoder.decode(bytes.subarray(0, taken), { stream: true })
      return taken
    },
    describeLoss: (lines, code) => `lost ${lines}: ${code}`,
    schedule: (callback) => void scheduled.push(callback),
  })
  return { output, ...writer }
}

test('lines are written immediately, in order', () => {
  const { output, write } = createOutput()
  write('a')
  expect(output.lines).toEqual(['a'])
  write('b')
  expect(output.lines).toEqual(['a', 'b'])
})

test.each(['ENOSPC', 'EPIPE', 'EIO', 'EBADF', 'EDQUOT'])(
  'lines that fail with %s are dropped, counted, and reported once writing works again',
  (code) => {
    const { output, write } = createOutput()
    write('a')
    output.code = code
    write('b')
    write('c')
    output.code = null
    write('d')
    write('e')
    expect(output.lines).toEqual(['a', `lost 2: ${code}`, 'd', 'e'])
  },
)

test('a line that an error truncated is followed by a line break', () => {
  const { output, write } = createOutput()
  output.script = [3, 'ENOSPC']
  write('abcdef')
  write('g')
  expect(output.lines).toEqual(['abc', 'lost 1: ENOSPC', 'g'])
})

test('a slow reader gets all lines later, and what exceeds a megabyte is dropped', () => {
  const { output, write } = createOutput()
  output.code = 'EAGAIN'
  const line = 'x'.repeat(1023)
  for (let count = 0; count < 2_000; count++) write(line)
  expect(output.lines).toEqual([])
  output.code = null
  output.runScheduled()
  const written = output.lines.filter((text) => text === line).length
  expect(written).toBe(1_025)
  expect(output.lines.at(-1)).toBe(`lost ${2_000 - written}: EAGAIN`)
  write('after')
  expect(output.lines.at(-1)).toBe('after')
})

test('lines that are pending when the reader closes the pipe are counted as dropped', () => {
  const { output, write } = createOutput()
  output.code = 'EAGAIN'
  write('a')
  write('b')
  output.code = 'EPIPE'
  output.runScheduled()
  output.code = null
  write('c')
  expect(output.lines).toEqual(['lost 2: EPIPE', 'c'])
})

test('for any results of system calls, each line is whole, in order, or counted as dropped', () => {
  const step = fc.oneof(fc.nat(12), fc.constantFrom('EAGAIN', 'ENOSPC', 'EPIPE'))
  fc.assert(
    fc.property(
      fc.array(step, { maxLength: 40 }),
      fc.array(fc.boolean(), { maxLength: 30 }),
      (steps, turns) => {
        const { output, write } = createOutput()
        output.script = [...steps]
        turns.forEach((isRetry, number) => {
          write(`line ${number};`)
          if (isRetry) output.runScheduled()
        })
        output.script = []
        output.runScheduled()
        write(`line ${turns.length};`)

        const numbers = output.lines.flatMap((line) => /^line (\d+);$/.exec(line)?.[1] ?? []).map(Number)
        const lost = output.lines
          .flatMap((line) => /^lost (\d+): (?:EAGAIN|ENOSPC|EPIPE)$/.exec(line)?.[1] ?? [])
          .map(Number)
        expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
        expect(numbers.length + lost.reduce((sum, count) => sum + count, 0)).toBe(turns.length + 1)
        expect(numbers.at(-1)).toBe(turns.length)
      },
    ),
  )
})
