let text = $state('')

/** Changes for screen readers: a polite live region in the layout announces them. */
export const announcement = {
  get text() {
    return text
  },
}

export function announce(message: string): void {
  text = message
}
