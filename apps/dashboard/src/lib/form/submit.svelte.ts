import type { SubmitFunction } from '$app/forms'

let trouble = $state('')

/** How the last form that was sent fared, where no answer says so itself. */
export const submission = {
  /** Why nothing came of it, as sentences; empty: an answer came. */
  get trouble() {
    return trouble
  },
  forget() {
    trouble = ''
  },
}

interface SubmitOptions {
  /** Whether the form holds the same after a success as before. */
  keeps?: boolean
  /** Whether a success changes what the page shows beside the answer, so that its data is asked for again. */
  changes?: boolean
}

/**
 * For `use:enhance`: a form takes no second click while it waits for its answer, and keeps what it holds when none
 * comes. The page stays where it is: Kit would go to where the form was sent, which is the same page without the
 * query that it was opened with (the filter of a history), and ask for all its data once more.
 */
export function submit({ keeps = false, changes = true }: SubmitOptions = {}): SubmitFunction {
  return ({ formElement, cancel }) => {
    if (formElement.ariaBusy === 'true') return cancel()
    formElement.ariaBusy = 'true'
    trouble = ''
    return async ({ result, update }) => {
      // With a status the dashboard answered; without one nobody did, or something in between.
      const isLost = result.type === 'error' && result.status === undefined
      if (result.type === 'error' && result.error.keepsForm === true) {
        trouble = result.error.message
      } else if (isLost) {
        trouble =
          'No answer came from the dashboard. It may have got what you sent: look before you send it again.'
      } else {
        await update({ reset: !keeps, refreshAll: changes && result.type === 'success', navigate: false })
      }
      formElement.ariaBusy = null
    }
  }
}
