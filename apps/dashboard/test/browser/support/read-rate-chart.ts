import type { Page } from 'playwright'

export interface RateChart {
  /** Edges of the drawn time, pixels. */
  left: number
  right: number
  /** Height of one document per second, from the labelled marks of the axis. */
  pixelsPerUnit: number
  /** All bars of all areas, from the left. */
  bars: { from: number; to: number; height: number }[]
  areas: number
  gaps: { from: number; to: number }[]
  /** Heights of the lines of limits. */
  limits: number[]
}

/** Measures the drawn rate chart of a task's page; null: there is none. */
export async function readRateChart(page: Page): Promise<RateChart | null> {
  const svg = page.getByRole('region', { name: 'Rate', exact: true }).getByRole('img')
  if ((await svg.count()) === 0) return null
  const drawn = await svg.evaluate((chart) => {
    const attributes = (selector: string, ...names: string[]) =>
      [...chart.querySelectorAll(selector)].map((shape) =>
        names.map((name) => Number(shape.getAttribute(name))),
      )
    return {
      marks: [...chart.querySelectorAll('text[text-anchor="end"][dy]')].map((label) => ({
        text: label.textContent,
        y: Number(label.getAttribute('y')),
      })),
      paths: [...chart.querySelectorAll('path')].map((path) => path.getAttribute('d') ?? ''),
      gaps: attributes('rect.gap', 'x', 'width'),
      limits: attributes('line[stroke-dasharray]', 'y1'),
    }
  })
  const bottom = drawn.marks.find(({ text }) => text === '0')?.y ?? 0
  const highest = drawn.marks.reduce((top, mark) => (mark.y < top.y ? mark : top))
  const bars = drawn.paths.flatMap((path) => readBars(path, bottom))
  return {
    left: Math.min(...bars.map(({ from }) => from)),
    right: Math.max(...bars.map(({ to }) => to)),
    pixelsPerUnit: (bottom - highest.y) / readShort(highest.text),
    bars,
    areas: drawn.paths.length,
    gaps: drawn.gaps.map(([from = 0, width = 0]) => ({ from, to: from + width })),
    limits: drawn.limits.map(([y = 0]) => bottom - y),
  }
}

/** The steps of a path such as `M48,152V20H60V31H72V152Z`. */
function readBars(path: string, bottom: number): RateChart['bars'] {
  let from = Number(/^M([\d.]+),/.exec(path)?.[1])
  return [...path.matchAll(/V([\d.]+)H([\d.]+)/g)].map(([, y, to]) => {
    const bar = { from, to: Number(to), height: bottom - Number(y) }
    from = bar.to
    return bar
  })
}

/** 1.5K → 1500 */
function readShort(text: string): number {
  const value = Number.parseFloat(text)
  return text.endsWith('K') ? value * 1_000 : value
}
