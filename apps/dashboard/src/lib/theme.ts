export const themes = ['system', 'light', 'dark'] as const
export type Theme = (typeof themes)[number]

/** From a cookie or a form, which hold what the browser likes. */
export function readTheme(value: unknown): Theme {
  return themes.find((theme) => theme === value) ?? 'system'
}
