import type { ParseArgsOptionsConfig } from 'node:util'

/** Options of the server's command line. */
export const serverOptions = {
  role: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'V' },
} as const satisfies ParseArgsOptionsConfig
