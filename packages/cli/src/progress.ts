import { formatCount } from '@ingestion-server/format'
import type { Task } from '@ingestion-server/sdk'
import { createLogUpdate } from 'log-update'
import type { CliIo } from './cli-io.ts'
import { describePhase, describeRate } from './describe-task.ts'
import { printable } from './output.ts'

/** Shows the progress of a task during a wait. */
export interface Progress {
  show(task: Task): void
  /** Removes the bar. */
  end(): void
}

/** A bar at a terminal, lines where the output goes to a file, and nothing where a program reads JSON. */
export function createProgress({ stderr }: Pick<CliIo, 'stderr'>, json: boolean): Progress {
  if (stderr.isTTY === true) return createBar(stderr)
  return json ? { show: () => undefined, end: () => undefined } : createLines(stderr)
}

const barWidth = 24

function createBar(stderr: CliIo['stderr']): Progress {
  // A hidden cursor would stay hidden when the process is killed.
  const update = createLogUpdate(stderr, { showCursor: true })
  return {
    show(task) {
      const filled = Math.round((task.progress / 100) * barWidth)
      const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled)
      update(printable([`${bar} ${describeProgress(task)}`, ...describeWaiting(task)].join('\n')))
    },
    end: () => update.clear(),
  }
}

/** Percent between two lines of one phase. */
const lineStep = 10

function createLines(stderr: CliIo['stderr']): Progress {
  let printed: { phase: string; waiting: boolean; progress: number } | undefined
  return {
    show(task) {
      const { phase, progress } = task
      const waiting = task.waiting !== null
      const isNews =
        phase !== printed?.phase || waiting !== printed.waiting || progress >= printed.progress + lineStep
      if (!isNews) return
      printed = { phase, waiting, progress }
      for (const line of [describeProgress(task), ...describeWaiting(task)])
        stderr.write(`${printable(line)}\n`)
    },
    end: () => undefined,
  }
}

/** `42% loading 1,234 of 2,900 rows, 12,345/s, 3 s left` */
function describeProgress(task: Task): string {
  const { progress, phase, counts, status } = task
  const of = counts.planned === null ? '' : ` of ${formatCount(counts.planned)}`
  const parts = [
    `${String(progress).padStart(3)}% ${status === 'running' ? describePhase(phase) : status}`,
    counts.read > 0 && `${formatCount(counts.read)}${of} rows`,
    describeRate(task),
  ]
  return parts.filter(Boolean).join(', ')
}

function describeWaiting({ waiting }: Task): string[] {
  return waiting === null ? [] : [`     waiting for ${waiting.for}: ${waiting.reason}`]
}
