import { test as base } from 'vitest'
import { createClient, type Client, type ClientOptions } from '../src/index.ts'
import { createFakeClock, type FakeClock } from './fake-clock.ts'
import { startScriptedServer, type ScriptedServer } from './scripted-server.ts'

interface Fixtures {
  server: ScriptedServer
  clock: FakeClock
  /** A client of the server whose time is the clock's and whose jitter adds nothing. */
  connect: (options?: Partial<ClientOptions>) => Client
  client: Client
}

/** A test with a server of its own that plays back answers. */
export const test = base.extend<Fixtures>({
  // vitest reads from the parameter which fixtures this one needs: none.
  // eslint-disable-next-line no-empty-pattern
  server: async ({}, use) => {
    const server = await startScriptedServer()
    await use(server)
    await server.stop()
  },
  // eslint-disable-next-line no-empty-pattern
  clock: async ({}, use) => {
    await use(createFakeClock())
  },
  connect: async ({ server, clock }, use) => {
    await use((options) => createClient({ baseUrl: server.url, clock, random: () => 1, ...options }))
  },
  client: async ({ connect }, use) => {
    await use(connect())
  },
})

/** Waits for a promise to be rejected and gives what with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it was expected to be rejected')
}
