import { test as base } from 'vitest'
import { createClient, type Client, type ClientOptions } from '../src/index.ts'
import { createFakeClock, type FakeClock } from './fake-clock.ts'
import { startScriptedServer, type ScriptedServer } from './scripted-server.ts'

interface Fixtures {
  server: ScriptedServer
  clock: FakeClock
  /** A client of the server with the time of the clock and without jitter. */
  connect: (options?: Partial<ClientOptions>) => Client
  client: Client
}

/** A test with its own server that plays back responses. */
export const test = base.extend<Fixtures>({
  // vitest derives the fixtures of a fixture from its parameter: none here.
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

/** Waits for a promise to be rejected and returns the reason. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise
  } catch (error) {
    return error
  }
  throw new Error('it was expected to be rejected')
}
