/** 3 h 5 min, 2 min 10 s, 12 s, 0.4 s: the two largest units. */
export function formatDuration(seconds: number): string {
  if (seconds < 10) return `${Math.max(0, Math.round(seconds * 10) / 10)} s`
  const total = Math.round(seconds)
  const parts = [
    { value: Math.floor(total / 86_400), name: 'd' },
    { value: Math.floor((total % 86_400) / 3_600), name: 'h' },
    { value: Math.floor((total % 3_600) / 60), name: 'min' },
    { value: total % 60, name: 's' },
  ]
  const first = parts.findIndex(({ value }) => value > 0)
  return parts
    .slice(first, first + 2)
    .filter(({ value }) => value > 0)
    .map(({ value, name }) => `${value} ${name}`)
    .join(' ')
}
