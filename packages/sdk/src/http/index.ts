export { maxTimerMs, systemClock, type Clock } from './clock.ts'
export { type Answer, unexpectedShape } from './read-answer.ts'
export { mayRetry, retryDelayMs } from './retry-policy.ts'
export { createTransport, type Fetch, type Transport } from './transport.ts'
