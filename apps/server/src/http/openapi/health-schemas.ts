import { z } from 'zod'

/** Responses of `/`, `/livez` and `/readyz`; for people and probes, so not part of the contract. */
export const healthSchemas = {
  Service: z.object({ name: z.string(), version: z.string(), links: z.record(z.string(), z.string()) }),
  Alive: z.object({ status: z.literal('alive') }),
  Ready: z.object({ status: z.literal('ready'), dependencies: z.record(z.string(), z.literal('up')) }),
}
