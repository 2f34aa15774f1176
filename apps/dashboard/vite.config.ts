import adapter from '@sveltejs/adapter-node'
import { sveltekit } from '@sveltejs/kit/vite'
import tailwindcss from '@tailwindcss/vite'
import { defineConfig } from 'vite'

export default defineConfig({
  environments: {
    client: {
      build: {
        // The list of what each page would preload is in the scripts of every page. Pages that are hovered load early.
        modulePreload: false,
        rolldownOptions: {
          output: {
            // By itself it makes some thirty small files a page, which are compressed one by one: 4 kB more.
            codeSplitting: {
              groups: [
                // What is around every page.
                {
                  name: 'frame',
                  test: /(icons[\\/](database|key-round|search|scroll-text|circle-user|users|list-checks|gauge|chevron-down)|components[\\/](brand|navigation|user-menu|palette-host))\./,
                  priority: 2,
                },
                { name: 'forms', test: /components[\\/](confirm|popover|text-field)\./, priority: 1 },
                { name: 'runtime', test: /node_modules/, minShareCount: 4 },
                { name: 'shared', test: /src[\\/]lib/, minShareCount: 5 },
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
