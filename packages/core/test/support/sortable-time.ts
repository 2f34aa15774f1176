/** A time with six digits of its second, so that texts sort as times: Postgres omits zeros at the end. */
export function toSortable(instant: string): string {
  const [seconds = '', fraction = ''] = instant.replace('Z', '').split('.')
  return `${seconds}.${fraction.padEnd(6, '0')}`
}
