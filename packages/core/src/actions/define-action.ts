import type { ActionName, RequestOf, TaskRequest } from '../contract/index.ts'
import type { Action, CheckContext, Forecast, PlanContext, Reservation } from '../tasks/index.ts'

/** An action whose functions receive only requests of that action. */
export interface ActionDefinition<Name extends ActionName> extends Omit<
  Action,
  'name' | 'reserve' | 'check' | 'forecast'
> {
  name: Name
  reserve(request: RequestOf<Name>): Reservation
  check(context: CheckContext, request: RequestOf<Name>, index: string): Promise<void>
  forecast(context: PlanContext, request: RequestOf<Name>, index: string): Promise<Forecast>
}

/** @throws TypeError if a function gets the request of another action, which is a programming error */
export function defineAction<Name extends ActionName>(definition: ActionDefinition<Name>): Action {
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
