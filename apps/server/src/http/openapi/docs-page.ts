import { html, raw } from 'hono/html'
import type { HtmlEscapedString } from 'hono/utils/html'
import type { JsonSchema } from './descriptions/schema-descriptions.ts'
import type { OpenApiDocument, OperationObject } from './document.ts'
import { docsStyle } from './docs-style.ts'

type Html = HtmlEscapedString | Promise<HtmlEscapedString>

/**
 * The document as an HTML page: no scripts, no external resources.
 *
 * @param nonce allows the page's style in the Content-Security-Policy of the response
 */
export function renderDocsPage(document: OpenApiDocument, nonce: string): Html {
  const { info, tags, servers, components } = document
  const listed = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${info.title} ${info.version}</title>
        <style nonce="${nonce}">
          ${raw(docsStyle)}
        </style>
      </head>
      <body>
        <header>
          <h1>${info.title} <small>${info.version}</small></h1>
          <p>${info.description} For programs: <a href="openapi.json">openapi.json</a>.</p>
        </header>
        <nav aria-label="Contents">
          ${tags.map(({ name }) => html`<a href="#${name}">${name}</a> `)}<a href="#schemas">Schemas</a>
        </nav>
        <main>
          ${tags.map(
            ({ name, description }) =>
              html`<section id="${name}">
                <h2>${name}</h2>
                <p>${description}</p>
                ${listed
                  .filter(({ operation }) => operation.tags.includes(name))
                  .map((entry) => renderOperation(entry, servers[0]?.url ?? ''))}
              </section> `,
          )}
          <section id="schemas">
            <h2>Schemas</h2>
            ${Object.entries(components.schemas).map(
              ([name, schema]) =>
                html`<details id="schema-${name}">
                  <summary><code>${name}</code></summary>
                  <pre>${JSON.stringify(schema, null, 2)}</pre>
                </details> `,
            )}
          </section>
        </main>
      </body>
    </html> `
}

interface Entry {
  path: string
  method: string
  operation: OperationObject
}

function renderOperation({ path, method, operation }: Entry, serverUrl: string): Html {
  const { operationId, summary, description, parameters = [], requestBody, security } = operation
  const scope = security[0]?.['token']?.[0]
  return html`<details id="${operationId}">
    <summary>
      <span class="method ${method}">${method.toUpperCase()}</span> <code>${path}</code> ${summary}
    </summary>
    ${description === undefined ? '' : html`<p>${renderText(description)}</p>`}
    <p>${scope === undefined ? 'No token required.' : html`Scope <code>${scope}</code>.`}</p>
    ${
      parameters.length === 0
        ? ''
        : html`<table>
            <thead>
              <tr>
                <th>parameter</th>
                <th>in</th>
                <th>value</th>
                <th></th>
              </tr>
            </thead>
            <tbody>
              ${parameters.map(
                (parameter) =>
                  html`<tr>
                    <td><code>${parameter.name}</code></td>
                    <td>${parameter.in}</td>
                    <td>${renderSchema(parameter.schema)}</td>
                    <td>${renderText(parameter.description ?? '')}</td>
                  </tr> `,
              )}
            </tbody>
          </table>`
    }
    ${requestBody === undefined ? '' : renderBody(requestBody, method, `${serverUrl}${path}`)}
    <h3>Responses</h3>
    <table>
      <tbody>
        ${Object.entries(operation.responses).map(
          ([status, response]) =>
            html`<tr>
              <td><code>${status}</code></td>
              <td>${renderResponse(response)}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </details> `
}

function renderBody(body: NonNullable<OperationObject['requestBody']>, method: string, url: string): Html {
  const content = body.content['application/json']
  return html`<h3>Body ${body.required ? '' : '(optional)'}</h3>
    <p>${renderSchema(content?.schema ?? {})}</p>
    ${Object.values(content?.examples ?? {}).map(
      ({ summary, value }) =>
        html`<p>${summary}:</p>
          <pre>
curl -X ${method.toUpperCase()} -H 'Content-Type: application/json' \\
  -d '${JSON.stringify(value)}' ${url}</pre> `,
    )}`
}

function renderResponse(response: OperationObject['responses'][string]): Html {
  if ('$ref' in response)
    return html`Problem: see <a href="#schema-Problem"><code>Problem</code></a
      >.`
  const types = Object.entries(response.content ?? {})
  return html`${response.description}
  ${types.map(([type, { schema }]) => html`<br /><code>${type}</code> ${renderSchema(schema)}`)}`
}

function renderSchema(schema: JsonSchema): Html {
  const reference = schema['$ref']
  if (typeof reference === 'string') {
    const name = reference.split('/').at(-1) ?? ''
    return html`<a href="#schema-${name}"><code>${name}</code></a>`
  }
  return html`<code>${JSON.stringify(schema)}</code>`
}

/** Text in which backticks mark code, as in Markdown. */
function renderText(text: string): Html {
  return html`${text.split('`').map((part, position) => (position % 2 === 1 ? html`<code>${part}</code>` : part))}`
}
