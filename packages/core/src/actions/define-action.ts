import type { ActionName, PhaseOf, RequestOf, TaskRequest } from '../contract/index.ts'
import type {
  Action,
  CheckContext,
  Forecast,
  PhaseHandler,
  PlanContext,
  Reservation,
} from '../tasks/index.ts'

/** An action whose functions receive only requests of that action. It has a handler for each phase of its facts. */
export interface ActionDefinition<Name extends ActionName> extends Omit<
  Action,
  'name' | 'reserve' | 'check' | 'forecast' | 'phases'
> {
  name: Name
  reserve(request: RequestOf<Name>): Reservation
  check(context: CheckContext, request: RequestOf<Name>, index: string): Promise<void>
  forecast(context: PlanContext, request: RequestOf<Name>, index: string): Promise<Forecast>
  phases: Record<PhaseOf<Name>, PhaseHandler>
}

export type ActionOf<Name extends ActionName> = Action & { name: Name }

/** @throws TypeError if a function gets the request of another action, which is a programming error */
export function defineAction<Name extends ActionName>(definition: ActionDefinition<Name>): ActionOf<Name> {
  const { name, reserve, check, forecast } = definition
  return {
    ...definition,
    reserve: (request) => reserve(requestOf(name, request)),
    check: (context, request, index) => check(context, requestOf(name, request), index),
    forecast: (context, request, index) => forecast(context, requestOf(name, request), index),
  }
}

/** @throws TypeError */
export function requestOf<Name extends ActionName>(name: Name, request: TaskRequest): RequestOf<Name> {
  if (request.action !== name) throw new TypeError(`${request.action} is another action's request`)
  return request as RequestOf<Name> // its action says so
}
