export { streamTaskDetail } from './stream-task-detail.ts'
