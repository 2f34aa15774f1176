import type { SubmitFunction } from '$app/forms'
import { showTrouble } from '../toast.svelte.ts'
import type { SubmitOptions } from './send.ts'

/**
 * Kit's `enhance`. Its code, and that of `submit`, is not needed until a form is sent: it is loaded then, unless
 * late.svelte has loaded it already.
 */
export function enhance(form: HTMLFormElement, submit: SubmitFunction): { destroy: () => void } {
  let isLoading = false
  let enhanced: { destroy: () => void } | undefined

  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault()
    if (!isLoading) void loadAndSend(event.submitter)
  }
  async function loadAndSend(submitter: HTMLElement | null) {
    isLoading = true
    try {
      const send = await import('./send.ts')
      form.removeEventListener('submit', onSubmit)
      enhanced = send.enhance(form, submit)
      // The row of the button may be gone; without it the form would do something else.
      if (submitter === null || form.contains(submitter)) form.requestSubmit(submitter)
    } catch {
      showTrouble('The dashboard did not respond, so the form was not sent.')
    }
    isLoading = false
  }
  form.addEventListener('submit', onSubmit)

  return {
    destroy() {
      form.removeEventListener('submit', onSubmit)
      enhanced?.destroy()
    },
  }
}

/**
 * For `use:enhance`: a form ignores further clicks while it waits for its response, and keeps its values if there is
 * none. The page's URL doesn't change: Kit would navigate to the form's action, which is the same page without its
 * query (the filter of a history), and load all data again.
 *
 * If the data of a success has `done`, a sentence, it is shown as a message instead of on the page: `form.done` is then
 * undefined, and has a value only without JavaScript.
 */
export function submit(options: SubmitOptions = {}): SubmitFunction {
  return async (input) => {
    const { createSubmit } = await import('./send.ts')
    return createSubmit(options)(input)
  }
}
