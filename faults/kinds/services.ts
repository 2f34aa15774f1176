import { setTimeout as delay } from 'node:timers/promises'
import type { Random } from '@ingestion-server/local-services'
import type { FaultKind, OngoingFault } from './fault-kind.ts'

/** A fault that takes its time and ends by itself. */
function finishing(work: Promise<unknown>): OngoingFault {
  work.catch(() => undefined)
  return { effects: () => 1, end: async () => void (await work) }
}

/** Faults of the services themselves. */
export const serviceKinds: readonly FaultKind[] = [
  {
    name: 'postgres: SIGKILL',
    needs: [],
    draw: () => ({ description: '', begin: async ({ postgres }) => finishing(postgres.crash()) }),
  },
  {
    name: 'postgres: SIGSTOP',
    needs: [],
    draw: () => ({
      description: '',
      async begin({ postgres }) {
        const resume = await postgres.freeze()
        return { effects: () => 1, end: async () => resume() }
      },
    }),
  },
  {
    name: 'postgres: sessions terminated',
    needs: [],
    draw(random: Random) {
      const everyMs = random.integer(30, 250)
      return {
        description: `every ${everyMs} ms`,
        async begin(testbed) {
          let terminated = 0
          let isOver = false
          const looping = (async () => {
            while (!isOver) {
              const rows = await testbed.sql()`select pg_terminate_backend(pid) from pg_stat_activity
                where application_name like 'ingestion-server%'`.catch(() => [])
              terminated += rows.length
              await delay(everyMs)
            }
          })()
          // A process that starts meanwhile has no connection that lasts.
          void testbed.workers[1]?.kill(0).catch(() => undefined)
          return {
            effects: () => terminated,
            async end() {
              isOver = true
              await looping
              await testbed.workers[1]?.settled()
            },
          }
        },
      }
    },
  },
  {
    name: 'postgres: disk full',
    needs: ['tmpfs'],
    codes: ['database_refused'],
    draw: () => ({
      description: '',
      async begin(testbed) {
        const taken = (await testbed.disk?.fill()) ?? 0
        return {
          effects: () => (taken > 0 ? 1 : 0),
          async end() {
            await testbed.disk?.clear()
            await testbed.postgres.recover()
          },
        }
      },
    }),
  },
  {
    name: 'postgres: failover to a standby',
    needs: [],
    isSlow: true,
    draw: () => ({
      description: '',
      async begin(testbed) {
        await testbed.postgres.attachStandby()
        await testbed.network.postgres.begin({ kind: 'cut' })
        await testbed.postgres.failOver()
        testbed.useNewPrimary()
        await testbed.network.postgres.end()
        return { effects: () => 1, end: async () => undefined }
      },
    }),
  },
  {
    name: 'opensearch: SIGSTOP',
    needs: ['own OpenSearch'],
    draw: () => ({
      description: '',
      async begin({ openSearch }) {
        const resume = openSearch.own?.freeze()
        return { effects: () => 1, end: async () => resume?.() }
      },
    }),
  },
  {
    name: 'opensearch: SIGKILL',
    needs: ['own OpenSearch'],
    isSlow: true,
    draw: () => ({
      description: '',
      begin: async (testbed) => finishing(testbed.restartOpenSearch()),
    }),
  },
]
