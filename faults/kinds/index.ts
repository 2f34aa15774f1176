import type { FaultKind } from './fault-kind.ts'
import { httpKinds } from './http.ts'
import { indexKinds } from './indices.ts'
import { clockKinds, processKinds } from './processes.ts'
import { serviceKinds } from './services.ts'
import { tcpKinds } from './tcp.ts'

export type { FaultKind, FaultTarget, OngoingFault, PlannedFault } from './fault-kind.ts'

/** All kinds of faults, by group. */
export const faultKinds: readonly FaultKind[] = [
  ...tcpKinds,
  ...httpKinds,
  ...processKinds,
  ...clockKinds,
  ...serviceKinds,
  ...indexKinds,
]
