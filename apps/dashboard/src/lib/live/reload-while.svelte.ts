import { invalidateAll } from '$app/navigation'

const intervalMs = 4_000

/**
 * Loads the data of a visible page again and again while it lacks some, for pages that poll nothing. Call it during the
 * initialization of a component.
 */
export function reloadWhile(isUnavailable: () => boolean): void {
  $effect(() => {
    if (!isUnavailable()) return
    const timer = setInterval(() => {
      if (!document.hidden) void invalidateAll()
    }, intervalMs)
    return () => clearInterval(timer)
  })
}
