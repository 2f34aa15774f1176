import type { TaskEvent } from '@ingestion-server/sdk'
import { phaseWords, serviceWords } from '../task-words.ts'
import { describeLimits } from './detail-words.ts'

/** Who caused an event; null: the server, or it is not known. */
export function eventActor(event: TaskEvent): string | null {
  // The SDK's names: it renames what is in `data` too.
  const by = event.data['requestedBy']
  return typeof by === 'string' ? by : null
}

/** Describes an event as a sentence without its time and who caused it. */
export function describeEvent({ type, phase, data, attempt }: TaskEvent): string {
  const detail = (name: string, part: string) => {
    const inner = data[name]
    const value =
      typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[part] : undefined
    return typeof value === 'string' ? value : undefined
  }
  switch (type) {
    case 'created':
      return 'Created'
    case 'started':
      return 'Started'
    case 'phase':
      return phaseWords(phase)
    case 'waiting':
      return `Waits for ${serviceWords[detail('waiting', 'for') ?? ''] ?? 'a service'}: ${detail('waiting', 'reason') ?? 'it is unavailable'}`
    case 'resumed':
      return 'Continues'
    case 'limits_changed':
      return `Limits changed: ${describeNewLimits(data['limits'])}`
    case 'cancel_requested':
      return 'Cancellation requested'
    case 'retried':
      return `Retried, attempt ${attempt}`
    case 'succeeded':
      return 'Succeeded'
    case 'failed':
      return `Failed: ${detail('error', 'detail') ?? 'for an unknown reason'}`
    case 'cancelled':
      return 'Cancelled'
  }
}

function describeNewLimits(limits: unknown): string {
  const value = (name: string) => {
    const inner = (limits as Record<string, unknown> | undefined)?.[name]
    return typeof inner === 'number' ? inner : null
  }
  const shown = { documentsPerSecond: value('documentsPerSecond'), inFlight: value('inFlight') }
  return describeLimits(shown) ?? 'none'
}
