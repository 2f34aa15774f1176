const percent = new Intl.NumberFormat('en', {
  style: 'percent',
  maximumFractionDigits: 1,
  signDisplay: 'exceptZero',
})

/** 0.0512 → +5.1%, 0.0001 → ±0%, -0.99998 → −99.9%: never a full loss that is not one. */
export function formatChange(change: number): string {
  const limited = change > -1 && change < -0.999 ? -0.999 : change
  const text = percent.format(limited)
  return text === '0%' ? '±0%' : text.replace('-', '−')
}
