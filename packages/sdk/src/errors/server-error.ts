import { IngestionApiError } from './ingestion-api-error.ts'

/** 5xx: a fault of the server, not of the request. */
export class ServerError extends IngestionApiError {
  override readonly name: string = 'ServerError'
}
