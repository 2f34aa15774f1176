import type { SubmitFunction } from '$app/forms'

let trouble = $state('')

/** State of the last sent form, where no response shows it. */
export const submission = {
  /** Why it failed without a response, as sentences; empty: there was a response. */
  get trouble() {
    return trouble
  },
  forget() {
    trouble = ''
  },
}

interface SubmitOptions {
  /** Whether the form keeps its values after a success. */
  keeps?: boolean
  /** Whether a success changes the page's other data, so that it is fetched again. */
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
      // With a status the dashboard responded; without one there was no response, or one from a proxy.
      const isLost = result.type === 'error' && result.status === undefined
      if (result.type === 'error' && result.error.keepsForm === true) {
        trouble = result.error.message
      } else if (isLost) {
        trouble =
          'The dashboard did not answer. It may have received what you sent: check before you send it again.'
      } else {
        await update({ reset: !keeps, refreshAll: changes && result.type === 'success', navigate: false })
      }
      formElement.ariaBusy = null
    }
  }
}
