export { formatDuration } from './duration.ts'
export { formatBytes, formatCount, formatDocuments, formatShort } from './number.ts'
