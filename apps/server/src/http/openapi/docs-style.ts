/** Light or dark by the reader's system; readable at any width. */
export const docsStyle = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 small { font-weight: normal; font-size: 1rem; }
h2 { margin-top: 2.5rem; }
h3 { font-size: 1rem; margin-bottom: 0; }
nav { display: flex; flex-wrap: wrap; gap: 1rem; }
code, pre { font: 0.875rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { overflow-x: auto; padding: 0.75rem; border: 1px solid #8886; border-radius: 0.375rem; white-space: pre-wrap; }
details { border: 1px solid #8886; border-radius: 0.375rem; margin: 0.5rem 0; padding: 0 0.75rem; }
summary { padding: 0.5rem 0; cursor: pointer; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0; border-bottom: 1px solid #8883; }
.method { display: inline-block; min-width: 4.5rem; font-weight: bold; }
.get { color: light-dark(#0550ae, #79c0ff); }
.post { color: light-dark(#116329, #7ee787); }
.patch { color: light-dark(#7d4e00, #e3b341); }
.delete { color: light-dark(#a40e26, #ff7b72); }
`
