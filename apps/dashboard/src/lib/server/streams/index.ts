export { createOpenStreams } from './open-streams.ts'
export { streamTaskDetail } from './stream-task-detail.ts'
