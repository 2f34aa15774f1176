import { CommanderError } from '@commander-js/extra-typings'
import {
  ConnectionError,
  IngestionApiError,
  InvalidResponseError,
  ServerError,
  TaskCancelledError,
  TaskFailedError,
  WaitTimeoutError,
} from '@ingestion-server/sdk'
import { Interruption, PlanRefusedError, UsageError } from './cli-io.ts'

/** Exit codes for scripts. Signals are 128 plus their number; the timeout is that of `timeout` in GNU coreutils. */
export const exitCodes = {
  done: 0,
  taskFailed: 1,
  usage: 2,
  refused: 3,
  unavailable: 4,
  cancelled: 5,
  defect: 70,
  /** As EX_IOERR of sysexits.h. */
  outputFailed: 74,
  timeout: 124,
  interrupted: 130,
  terminated: 143,
} as const
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]

export const exitCodeHelp = `
Exit codes:
  0    success
  1    the task failed
  2    invalid usage, or an unconfirmed deletion
  3    the server rejected the request (4xx), or would reject it (--dry-run)
  4    the server failed or is unreachable (5xx)
  5    the task was cancelled
  70   internal error of this program
  74   the output can't be written, for example because the disk is full
  124  --timeout expired; the task continues
  130  interrupted (143: terminated); the task continues
`

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof Interruption)
    return error.signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.terminated
  // Requested help ends in an error too, with exit code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  if (error instanceof UsageError) return exitCodes.usage
  if (error instanceof TaskFailedError) return exitCodes.taskFailed
  if (error instanceof TaskCancelledError) return exitCodes.cancelled
  if (error instanceof WaitTimeoutError) return exitCodes.timeout
  if (error instanceof ServerError) return exitCodes.unavailable
  if (error instanceof ConnectionError || error instanceof InvalidResponseError) return exitCodes.unavailable
  if (error instanceof IngestionApiError || error instanceof PlanRefusedError) return exitCodes.refused
  return exitCodes.defect
}
