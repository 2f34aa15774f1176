export { toCamelCase, toSnakeCase } from '@ingestion-server/sdk'
