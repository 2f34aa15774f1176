import type { RequestEvent } from '@sveltejs/kit'
import type { ClientFacts } from './auth/index.ts'

export function clientFacts(event: RequestEvent): ClientFacts {
  return { address: event.getClientAddress(), userAgent: event.request.headers.get('user-agent') ?? '' }
}
