import type { PreprocessorGroup } from 'svelte/compiler'

interface IconData {
  node: [tag: string, attributes: Record<string, string>][]
}

const iconFile = /@lucide[\\/]svelte[\\/]dist[\\/]icons[\\/][\w-]+\.svelte$/

/**
 * Makes a plain template of each icon of @lucide/svelte. As shipped, an icon is data that code turns into elements one
 * by one, in every place where it is shown, which takes more scripts and more time. These icons have only a class, and
 * are hidden from screen readers.
 */
export const staticIcons: PreprocessorGroup = {
  name: 'static-icons',
  markup: ({ content, filename }) =>
    filename !== undefined && iconFile.test(filename) ? { code: toTemplate(content) } : undefined,
}

/**
 * The component of an icon.
 *
 * @param source of the component in the package
 * @throws Error if the package has changed its form
 */
export function toTemplate(source: string): string {
  const [, json] = /^const iconData = (\{.*\});$/m.exec(source) ?? []
  if (json === undefined) throw new Error('a component of @lucide/svelte has no data of an icon')
  const { node } = JSON.parse(json) as IconData // a file of the locked version of the package
  const shapes = node.map(([tag, attributes]) => `<${tag}${toText(attributes)} />`).join('')
  return `<script>let { class: kind } = $props()</script>
<svg class={kind}${toText(frame)}>${shapes}</svg>`
}

const frame = {
  'aria-hidden': 'true',
  viewBox: '0 0 24 24',
  width: '24',
  height: '24',
  fill: 'none',
  stroke: 'currentColor',
  'stroke-width': '2',
  'stroke-linecap': 'round',
  'stroke-linejoin': 'round',
}

const toText = (attributes: Record<string, string>) =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${value}"`)
    .join('')
