/** A request as it came. */
interface ObservedRequest {
  method: string
  path: string
  requestId: string
  header(name: string): string | undefined
}

interface ObservedAnswer {
  status: number
  /** The route's pattern, such as `/task/:id`, so that there are few of them; `none` where none matched. */
  route: string
  /** The task that was made or changed. */
  taskId: string | undefined
}

/** Looks on while a request is answered; `run` never throws, for errors are answers too. */
export type RequestObserver = (request: ObservedRequest, run: () => Promise<ObservedAnswer>) => Promise<void>

/** For where nobody looks on. */
export const nobodyLooksOn: RequestObserver = async (_request, run) => void (await run())

/** All of them as one; each is inside of the one before. */
export function combineRequestObservers(observers: readonly RequestObserver[]): RequestObserver {
  return async (request, run) => {
    const nested = observers.reduceRight<() => Promise<ObservedAnswer>>(
      (inner, observe) => async () => {
        // Each hands on what the innermost answered.
        let answer: ObservedAnswer | undefined
        await observe(request, async () => (answer = await inner()))
        return answer as ObservedAnswer
      },
      run,
    )
    await nested()
  }
}
