/** A request as received. */
interface ObservedRequest {
  method: string
  path: string
  requestId: string
  header(name: string): string | undefined
}

interface ObservedResponse {
  status: number
  /** The route's pattern, such as `/task/:id`, to limit the number of values; `none` where none matched. */
  route: string
  /** The task that was created or changed. */
  taskId: string | undefined
}

/** Observes a request while it is handled; `run` never throws, because errors are responses too. */
export type RequestObserver = (
  request: ObservedRequest,
  run: () => Promise<ObservedResponse>,
) => Promise<void>

/** For processes without observability. */
export const noopRequestObserver: RequestObserver = async (_request, run) => void (await run())

/** Combines observers into one; each runs inside the previous one. */
export function combineRequestObservers(observers: readonly RequestObserver[]): RequestObserver {
  return async (request, run) => {
    const nested = observers.reduceRight<() => Promise<ObservedResponse>>(
      (inner, observe) => async () => {
        // Each passes on the innermost response.
        let response: ObservedResponse | undefined
        await observe(request, async () => (response = await inner()))
        return response as ObservedResponse
      },
      run,
    )
    await nested()
  }
}
