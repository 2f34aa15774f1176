/** A Markdown table, without the columns that are empty in every row. Prettier aligns the others. */
export function toTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const isUsed = heads.map((_, column) => rows.some((cells) => cells[column] !== ''))
  const line = (cells: readonly string[]) =>
    `| ${cells
      .filter((_, column) => isUsed[column])
      .map(escapeCell)
      .join(' | ')} |`
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n')
}

function escapeCell(text: string): string {
  return text.replace(/\s*\n\s*/g, ' ').replace(/(?<!\\)\|/g, '\\|')
}

/** Text as code: also when the text has backquotes. */
export function code(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``
}

const begin = (name: string) => `<!-- generated: ${name} -->`
const end = '<!-- end of generated -->'

/**
 * Replaces the generated parts of a page, and leaves the text around them.
 *
 * @param parts.text by name; the page has each between `<!-- generated: NAME -->` and `<!-- end of generated -->`
 * @throws Error when the page lacks a part, or has one that is not given
 */
export function replaceParts(page: string, parts: Readonly<Record<string, string>>): string {
  const found = Array.from(page.matchAll(/<!-- generated: (.+?) -->/g), ([, name = '']) => name)
  const given = Object.keys(parts)
  const missing = given.filter((name) => !found.includes(name))
  const unknown = found.filter((name) => !given.includes(name))
  if (missing.length > 0) throw new Error(`the page has no part ${missing.join(', ')}`)
  if (unknown.length > 0) throw new Error(`nothing generates the part ${unknown.join(', ')}`)
  return given.reduce((text, name) => {
    const from = text.indexOf(begin(name)) + begin(name).length
    const to = text.indexOf(end, from)
    if (to < 0) throw new Error(`the part ${name} has no end`)
    return `${text.slice(0, from)}\n\n${parts[name]}\n\n${text.slice(to)}`
  }, page)
}
