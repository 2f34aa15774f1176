import { z } from 'zod'

/** The fields read from `GET _cluster/health`. */
export const clusterHealthSchema = z.object({
  status: z.string(),
  timed_out: z.boolean(),
  number_of_data_nodes: z.int(),
})
