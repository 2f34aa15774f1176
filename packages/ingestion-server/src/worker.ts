/** The server for Workers and other platforms with module workers: see docs/deployment.md. */
export { default } from '@ingestion-server/server/worker'
