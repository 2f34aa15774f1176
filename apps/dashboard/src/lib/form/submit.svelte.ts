import type { SubmitFunction } from '$app/forms'

let trouble = $state('')

/** State of the last submitted form, if no response shows it. */
export const submission = {
  /** Why it failed without a response, as sentences; empty if there was a response. */
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
 * For `use:enhance`: a form ignores further clicks while it waits for its response, and keeps its values if there is
 * none. The page's URL doesn't change: Kit would navigate to the form's action, which is the same page without its
 * query (the filter of a history), and load all data again.
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
          'The dashboard did not answer. It may have received the form: check before you send it again.'
      } else {
        await update({ reset: !keeps, refreshAll: changes && result.type === 'success', navigate: false })
      }
      formElement.ariaBusy = null
    }
  }
}
