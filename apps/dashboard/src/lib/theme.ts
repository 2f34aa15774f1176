export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** Reads a theme from a cookie or a form, which may contain any value. */
export function readTheme(value: unknown): Theme {
  return themes.find((theme) => theme === value) ?? 'system'
}
