import { join } from 'node:path'
import { inject } from 'vitest'
import { runToEnd, startServer, startWorker, type RunningProcess, type ServerProcess } from './run-server.ts'

export type { RunningProcess, ServerProcess }

/** The server as it is shipped, on this Node. */
function builtServer() {
  return { program: process.execPath, args: [], main: join(inject('builtServer'), 'main.mjs') }
}

/** Compiled once, each start takes a quarter less. */
function withCompileCache(env: Record<string, string>): Record<string, string> {
  return { NODE_COMPILE_CACHE: join(inject('builtServer'), 'compile-cache'), ...env }
}

/** As `startServer`, of the built server. */
export function startServerProcess(env: Record<string, string>): Promise<ServerProcess> {
  return startServer(builtServer(), withCompileCache(env))
}

/** As `startWorker`, of the built server. */
export function startWorkerProcess(env: Record<string, string>): Promise<RunningProcess> {
  return startWorker(builtServer(), withCompileCache(env))
}

/** As `runToEnd`, of the built server. */
export function runServerToEnd(env: Record<string, string>): ReturnType<typeof runToEnd> {
  return runToEnd(builtServer(), env)
}
