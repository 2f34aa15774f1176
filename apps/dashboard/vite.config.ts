import adapter from '@sveltejs/adapter-node'
import { sveltekit } from '@sveltejs/kit/vite'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig } from 'vite'
import { staticIcons } from './src/static-icons.ts'

/** One file of what most pages load, with all that it imports, is 4 kB smaller than one for each set of pages. */
const onMostPages = [
  /src[\\/]routes[\\/](\(app\)[\\/])?\+layout\.svelte/,
  /src[\\/]lib[\\/](live[\\/](announce|clock|live)|format[\\/]time|task-words|form[\\/]submit)\./,
  /packages[\\/]format[\\/]src[\\/]/,
  /task[\\/]task-row\./,
  /icons[\\/]x\./,
  /components[\\/](action-icon|unavailable-note|badge|empty-state|page-head|popover|refresh-without-scripts|status-badge|text-field|time-ago)\./,
]

export default defineConfig({
  environments: {
    client: {
      build: {
        // The list of what each page would preload is in the scripts of every page. Pages that are hovered load early.
        modulePreload: false,
        rolldownOptions: {
          output: {
            codeSplitting: {
              groups: [
                { name: 'app', test: (id) => onMostPages.some((each) => each.test(id)) },
                // Pages with promotions and rollbacks.
                {
                  name: 'moves',
                  test: /(components[\\/](alias-moves|confirm-name-field)|lib[\\/]promotion)\./,
                },
              ],
            },
          },
        },
      },
    },
  },
  plugins: [
    tailwindcss(),
    sveltekit({
      adapter: adapter(),
      preprocess: staticIcons,
      // Every component has runes, also one without state: Svelte's code for others is left out.
      compilerOptions: { runes: true },
      csp: {
        // Script in a title or an error never runs, even if it were written out unescaped one day.
        directives: {
          'default-src': ['self'],
          'script-src': ['self'],
          // Widths of bars are style attributes.
          'style-src': ['self', 'unsafe-inline'],
          'img-src': ['self', 'data:'],
          'object-src': ['none'],
          'base-uri': ['none'],
          'form-action': ['self'],
          'frame-ancestors': ['none'],
        },
      },
    }),
  ],
})
