export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** How times are shown, absolute ones in local time or in UTC; the other forms appear when they are pointed at. */
export const timeStyles = ['relative', 'absolute', 'utc'] as const
export type TimeStyle = (typeof timeStyles)[number]

/** Reads a theme from a cookie or a form, which may contain any value. */
export function readTheme(value: unknown): Theme {
  return themes.find((theme) => theme === value) ?? 'system'
}

/** Same as `readTheme`. */
export function readTimeStyle(value: unknown): TimeStyle {
  return timeStyles.find((style) => style === value) ?? 'relative'
}
