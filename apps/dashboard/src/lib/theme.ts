export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** From a cookie or a form, which may hold any value. */
export function readTheme(value: unknown): Theme {
  return themes.find((theme) => theme === value) ?? 'system'
}
