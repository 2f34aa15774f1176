import { wrongClock, type Random } from '@ingestion-server/local-services'
import type { Testbed } from '../testbed/testbed.ts'
import type { SupervisedProcess } from '../testbed/supervised-process.ts'
import type { FaultKind, OngoingFault } from './fault-kind.ts'

type Choose = (testbed: Testbed) => SupervisedProcess

/** A change of a process; it runs again at the end. */
const signals: Record<
  string,
  (random: Random) => { text: string; strike: (process: SupervisedProcess) => OngoingFault }
> = {
  SIGKILL(random) {
    const downMs = random.pick([0, 0, 500, 2_500])
    return { text: `down for ${downMs} ms`, strike: (process) => restarting(process.kill(downMs)) }
  },
  SIGTERM(random) {
    const downMs = random.pick([0, 500])
    return { text: `down for ${downMs} ms`, strike: (process) => restarting(process.terminate(downMs)) }
  },
  SIGSTOP: () => ({
    text: '',
    strike(process) {
      process.freeze()
      return { effects: () => 1, end: async () => process.resume() }
    },
  }),
}

function restarting(restart: Promise<void>): OngoingFault {
  restart.catch(() => undefined)
  return { effects: () => 1, end: () => restart }
}

const processes: Record<string, Choose> = {
  server: ({ api }) => api,
  'worker 1': ({ workers }) => workers[0] as SupervisedProcess,
  'worker 2': ({ workers }) => workers[1] as SupervisedProcess,
}

/** Signals for every process. */
export const processKinds: readonly FaultKind[] = Object.entries(signals).flatMap(([signal, draw]) =>
  ['server', 'a worker', 'all processes'].map((whom) => ({
    name: `process: ${signal} for ${whom}`,
    needs: [],
    draw(random: Random) {
      const names = whom === 'a worker' ? [random.pick(['worker 1', 'worker 2'])] : [whom]
      const chosen = whom === 'all processes' ? Object.keys(processes) : names
      const { text, strike } = draw(random)
      return {
        description: [chosen.join(', '), text].filter(Boolean).join(', '),
        async begin(testbed) {
          const struck = chosen.map((name) => strike((processes[name] as Choose)(testbed)))
          return {
            effects: () => struck.length,
            end: async () => void (await Promise.all(struck.map(({ end }) => end()))),
          }
        },
      }
    },
  })),
)

/** A worker whose clock is wrong; its timers are not affected. */
export const clockKinds: readonly FaultKind[] = ['ahead', 'behind'].map((direction) => ({
  name: `clock: a worker ${direction}`,
  needs: ['libfaketime'],
  draw(random: Random) {
    const seconds = random.integer(30, 6 * 3_600)
    return {
      description: `${seconds} s`,
      async begin({ workers, fakeTimeLibrary }) {
        if (fakeTimeLibrary === null) throw new Error('there is no libfaketime')
        const struck = random.pick(workers)
        await struck.restartWith(wrongClock(fakeTimeLibrary, direction === 'ahead' ? seconds : -seconds))
        return { effects: () => 1, end: () => struck.restartWith({}) }
      },
    }
  },
}))
