export { default } from 'ingestion-server/worker'
