import type { SubmitFunction } from '$app/forms'
import { tick } from 'svelte'
import { route } from '../route.ts'
import { closeTroubles, showTrouble, toast } from '../toast.svelte.ts'
import { keepUnsent } from './unsent-form.ts'

export { enhance } from '$app/forms'

export interface SubmitOptions {
  /** Whether the form keeps its values after a success. */
  keeps?: boolean
  /** Whether a success changes the page's other data, so that it is fetched again. */
  changes?: boolean
}

/** What `submit` in `submit.ts` describes. */
export function createSubmit({ keeps = false, changes = true }: SubmitOptions): SubmitFunction {
  return ({ formElement, cancel }) => {
    if (formElement.ariaBusy === 'true') return cancel()
    formElement.ariaBusy = 'true'
    closeTroubles()
    return async ({ result, update }) => {
      // With a status the dashboard responded; without one there was no response, or one from a proxy.
      const isLost = result.type === 'error' && result.status === undefined
      if (result.type === 'error' && result.error.keepsForm === true) {
        showTrouble(result.error.message)
      } else if (isLost) {
        showTrouble(
          'The dashboard did not respond. It may have received the form: check before you send it again.',
        )
      } else {
        if (result.type === 'success' && result.data) result.data = showDone(result.data)
        if (result.type === 'redirect' && isRefusal(result.location)) keepUnsent(formElement)
        await update({ reset: !keeps, refreshAll: changes && result.type === 'success', navigate: false })
        await closePopover(formElement)
      }
      formElement.ariaBusy = null
    }
  }
}

/** Whether a form was not accepted because the session had ended; after signing out there is no page to return to. */
const isRefusal = (location: string) => location.startsWith(`${route.signIn()}?next=`)

/** @returns the data without what is shown */
function showDone({ done, ...rest }: Record<string, unknown>): Record<string, unknown> {
  if (typeof done !== 'string') return done === undefined ? rest : { done, ...rest }
  toast({ kind: 'good', text: done })
  return rest
}

/** The page shows the result, unless the popover itself shows what is wrong. */
async function closePopover(form: HTMLFormElement): Promise<void> {
  await tick()
  const popover = form.closest<HTMLElement>('[popover]:popover-open')
  if (popover?.querySelector('[aria-invalid="true"], [role="alert"]') === null) popover.hidePopover()
}
