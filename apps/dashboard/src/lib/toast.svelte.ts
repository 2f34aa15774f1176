export interface Toast {
  id: number
  kind: 'good' | 'info' | 'bad'
  text: string
  link?: { href: string; text: string } | undefined
}

/** Time that a message is shown, milliseconds; errors stay until they are closed. */
const shownForMs = 7_000
/** Maximum number at a time; the oldest is closed first. */
const maxToasts = 4

let list = $state.raw<Toast[]>([])
let lastId = 0
// Not read by components.
// eslint-disable-next-line svelte/prefer-svelte-reactivity
const timers = new Map<number, ReturnType<typeof setTimeout>>()

function close(id: number): void {
  clearTimeout(timers.get(id))
  timers.delete(id)
  list = list.filter((toast) => toast.id !== id)
}

function release(id: number): void {
  const toast = list.find((candidate) => candidate.id === id)
  if (toast === undefined || toast.kind === 'bad') return
  clearTimeout(timers.get(id))
  timers.set(
    id,
    setTimeout(() => close(id), shownForMs),
  )
}

/** The messages that are shown, oldest first; the root layout renders them. */
export const toasts = {
  get list(): readonly Toast[] {
    return list
  },
  close,
  /** Keeps a message while it is pointed at or has the focus. */
  hold: (id: number) => clearTimeout(timers.get(id)),
  release,
}

/**
 * Shows the result of an action for some seconds. What must not be missed belongs on the page as well.
 *
 * @returns its id, for `toasts.close`
 * @example
 * toast({ kind: 'good', text: 'Cancelling image-20231107.', link: { href: route.task(id), text: 'Show it' } })
 */
export function toast(message: Omit<Toast, 'id'>): number {
  const id = ++lastId
  list = [...list, { ...message, id }]
  for (const { id: old } of list.slice(0, -maxToasts)) close(old)
  release(id)
  return id
}

let troubles: number[] = []

/** Why a form could not be sent. */
export function showTrouble(text: string): void {
  troubles.push(toast({ kind: 'bad', text }))
}

/** A new attempt, or another page, makes the trouble of the last one obsolete. */
export function closeTroubles(): void {
  for (const id of troubles) toasts.close(id)
  troubles = []
}
