import { escapeXml } from '../plot.ts'

const width = 700
const panelHeight = 110
const gap = 34
const colours = ['#3b82c4', '#c4703b', '#3b9c5a', '#9b59b6', '#b5a42e', '#c43b62']

/** The series that share a panel, and their names in it. */
const panels: readonly { title: string; pattern: RegExp }[] = [
  { title: 'Resident memory, MB', pattern: /^(.*): resident, MB$/ },
  { title: 'Open handles', pattern: /^(.*): open handles$/ },
  { title: 'Connections to Postgres', pattern: /^connections of "(.*)"$/ },
  { title: 'Tables of a schema, MB', pattern: /^schema (.*), MB$/ },
  { title: 'In OpenSearch', pattern: /^OpenSearch: (.*)$/ },
]

/** An SVG with a panel for each kind of series over time, legible in light and dark mode. */
export function plotLines(series: Readonly<Record<string, readonly number[]>>): string {
  const drawn = panels.map(({ title, pattern }, index) => {
    const lines = Object.entries(series).flatMap(([name, values]) => {
      const label = pattern.exec(name)?.[1]
      return label === undefined ? [] : [{ label, values }]
    })
    return drawPanel(title, lines, index * (panelHeight + gap) + gap)
  })
  const height = panels.length * (panelHeight + gap) + gap
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" font-family="sans-serif" font-size="12" fill="#808080" role="img">`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n')
}

function drawPanel(
  title: string,
  series: readonly { label: string; values: readonly number[] }[],
  top: number,
): string {
  const largest = Math.max(1, ...series.flatMap(({ values }) => values))
  const lines = series.map(({ values }, index) => {
    const points = values.map((value, place) => {
      const x = (place / Math.max(1, values.length - 1)) * width
      return `${x.toFixed(1)},${(top + panelHeight - (value / largest) * panelHeight).toFixed(1)}`
    })
    return `<polyline points="${points.join(' ')}" fill="none" stroke="${colours[index % colours.length]}" stroke-width="1.5"/>`
  })
  const legend = series.map(
    ({ label }, index) => `<tspan fill="${colours[index % colours.length]}">  ${escapeXml(label)}</tspan>`,
  )
  return [
    `<text x="0" y="${top - 8}" xml:space="preserve"><tspan font-weight="bold">${escapeXml(title)}</tspan>${legend.join('')}</text>`,
    `<text x="${width}" y="${top - 8}" text-anchor="end">up to ${largest.toFixed(0)}</text>`,
    `<line x1="0" y1="${top + panelHeight}" x2="${width}" y2="${top + panelHeight}" stroke="#808080" stroke-width="0.5"/>`,
    ...lines,
  ].join('\n')
}
