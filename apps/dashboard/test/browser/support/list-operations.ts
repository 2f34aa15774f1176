import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import ts from 'typescript'

const routesFolder = resolve(import.meta.dirname, '../../../src/routes')
const methods = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD', 'fallback'])

/**
 * All operations of the dashboard, read from its routes: `GET /tasks` a page or an endpoint,
 * `POST /tasks?/cancel` a form action, `LAYOUT /` the layout data that the pages below receive without their own rule.
 *
 * @throws Error if a module exports its methods or actions in a way that their names can't be read
 */
export function listOperations(): string[] {
  const operations = readdirSync(routesFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap(({ parentPath, name }) =>
      operationsOf(join(parentPath, name), toPath(parentPath.slice(routesFolder.length)), name),
    )
  return [...new Set(operations)].sort()
}

/** A route's folder without its groups, which are in parentheses. */
const toPath = (folder: string) => folder.replaceAll(/\/\([^/]+\)/g, '') || '/'

function operationsOf(file: string, path: string, name: string): string[] {
  // `+page@.svelte` has another layout, and is a page too.
  if (/^\+page(@.*)?\.svelte$/.test(name) || /^\+page\.[jt]s$/.test(name)) return [`GET ${path}`]
  if (/^\+page\.server\.[jt]s$/.test(name))
    return [`GET ${path}`, ...readExports(file).actions.map((action) => `POST ${path}?/${action}`)]
  if (/^\+server\.[jt]s$/.test(name)) return readExports(file).names.map((method) => `${method} ${path}`)
  return /^\+layout(\.server)?\.[jt]s$/.test(name) ? [`LAYOUT ${path}`] : []
}

function readExports(file: string): { names: string[]; actions: string[] } {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
  const refuse = (what: string): never => {
    throw new Error(`${file}: ${what}, so its names can't be read`)
  }
  const names: string[] = []
  const actions: string[] = []
  for (const statement of source.statements) {
    if (ts.isExportDeclaration(statement) && !statement.isTypeOnly) refuse('exports by a list')
    const isExported =
      ts.canHaveModifiers(statement) &&
      ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
    if (!isExported) continue
    if (ts.isFunctionDeclaration(statement) && statement.name) names.push(statement.name.text)
    if (!ts.isVariableStatement(statement)) continue
    for (const { name, initializer } of statement.declarationList.declarations) {
      if (!ts.isIdentifier(name)) return refuse('exports by a pattern')
      names.push(name.text)
      if (name.text !== 'actions') continue
      if (!initializer || !ts.isObjectLiteralExpression(initializer)) return refuse('actions is no literal')
      for (const property of initializer.properties) {
        if (!property.name || !(ts.isIdentifier(property.name) || ts.isStringLiteral(property.name)))
          return refuse('an action has no plain name')
        actions.push(property.name.text)
      }
    }
  }
  return { names: names.filter((name) => methods.has(name)), actions }
}
