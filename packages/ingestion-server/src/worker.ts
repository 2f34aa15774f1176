/** The server for Workers and other platforms with module workers: see docs/how-to/deploy.md. */
export { default } from '@ingestion-server/server/worker'
