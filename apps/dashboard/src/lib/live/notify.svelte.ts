const storageKey = 'ingestion-notifications'

const areSupported = typeof window !== 'undefined' && 'Notification' in window
let isChosen = $state(areSupported && localStorage.getItem(storageKey) === 'on')
let permission = $state(areSupported ? Notification.permission : 'denied')

/** Notifications of the browser, off until the user switches them on. */
export const notifications = {
  areSupported,
  get areOn() {
    return isChosen && permission === 'granted'
  },
  get areBlocked() {
    return permission === 'denied'
  },
  /** Asks for the permission, which the browser allows only after a click. */
  async set(isOn: boolean): Promise<void> {
    if (isOn && permission === 'default') permission = await Notification.requestPermission()
    isChosen = isOn && permission === 'granted'
    localStorage.setItem(storageKey, isChosen ? 'on' : 'off')
  },
  /** Shows a notification, unless the page itself is in sight. */
  show(title: string, href: string): void {
    if (!this.areOn || !document.hidden) return
    const notification = new Notification(title, { tag: href })
    notification.onclick = () => {
      window.focus()
      location.assign(href)
    }
  },
}
