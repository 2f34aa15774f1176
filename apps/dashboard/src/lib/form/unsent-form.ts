import { unsentKey } from './unsent-key.ts'

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement

interface UnsentForm {
  path: string
  action: string
  /** Names may repeat: boxes of a group. */
  fields: [name: string, value: string][]
}

/** Keeps the fields of a form that was refused because the session had ended, in this tab. Secrets are not kept. */
export function keepUnsent(form: HTMLFormElement): void {
  const isSecret = (name: string) =>
    form.querySelector(`[name="${CSS.escape(name)}"][type="password"]`) !== null
  const fields = [...new FormData(form)].filter(
    (field): field is [string, string] => typeof field[1] === 'string' && !isSecret(field[0]),
  )
  const unsent: UnsentForm = { path: location.pathname, action: actionOf(form), fields }
  sessionStorage.setItem(unsentKey, JSON.stringify(unsent))
}

/**
 * Fills the form of this page that was not sent, and opens its popover. It is forgotten when another page is opened
 * instead.
 *
 * @returns whether there was one
 */
export function restoreUnsent(page: Document): boolean {
  const stored = sessionStorage.getItem(unsentKey)
  if (stored === null) return false
  sessionStorage.removeItem(unsentKey)
  const unsent = JSON.parse(stored) as UnsentForm // written above
  if (unsent.path !== location.pathname) return false
  const form = [...page.forms].find(
    (candidate) => actionOf(candidate) === unsent.action && hasSameSubject(candidate, unsent),
  )
  if (!form) return false
  for (const control of form.querySelectorAll<Control>('input:not([type="hidden"]), select, textarea'))
    fill(control, unsent)
  form.closest<HTMLElement>('[popover]')?.showPopover()
  return true
}

/** As written: its property is a URL, and another one after signing in. */
const actionOf = (form: HTMLFormElement) => form.getAttribute('action') ?? ''

/** The forms of a list differ in their hidden fields. */
function hasSameSubject(form: HTMLFormElement, { fields }: UnsentForm): boolean {
  const hidden = [...form.querySelectorAll<HTMLInputElement>('input[type="hidden"]')]
  return hidden.every(({ name, value }) => fields.some((field) => field[0] === name && field[1] === value))
}

function fill(control: Control, { fields }: UnsentForm): void {
  const values = fields.filter(([name]) => name === control.name).map(([, value]) => value)
  if (control instanceof HTMLInputElement && ['checkbox', 'radio'].includes(control.type))
    control.checked = values.includes(control.value)
  else if (values[0] !== undefined) control.value = values[0]
  control.dispatchEvent(new Event('input', { bubbles: true }))
  control.dispatchEvent(new Event('change', { bubbles: true }))
}
