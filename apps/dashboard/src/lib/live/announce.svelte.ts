let text = $state('')

/** What changed, for those who can't see it change: a polite live region in the layout reads it out. */
export const announcement = {
  get text() {
    return text
  },
}

export function announce(message: string): void {
  text = message
}
