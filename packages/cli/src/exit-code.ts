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
  0    done, and well
  1    the task failed
  2    the command line is wrong, or a deletion was not confirmed
  3    the server refused (4xx), or would refuse (--dry-run)
  4    the server, or the way to it, is away or broken (5xx)
  5    the task was cancelled
  70   a defect of this program
  74   the result can't be written, for example because the disk is full
  124  --timeout is over; the task goes on
  130  interrupted (143: terminated); the task goes on
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
