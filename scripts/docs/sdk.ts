import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'

/**
 * Every export of the SDK with its comment and its declaration, as in the source.
 *
 * @param root folder of the repository
 */
export function describeSdk(root: string): Record<string, string> {
  const declarations = listExports(join(root, 'packages/sdk/src/index.ts'))
  const render = (isWanted: (node: ts.Node) => boolean) =>
    declarations
      .filter(({ node }) => isWanted(node))
      .map(describeDeclaration)
      .join('\n\n')
  return {
    functions: render(ts.isFunctionDeclaration),
    interfaces: render(ts.isInterfaceDeclaration),
    errors: render(ts.isClassDeclaration),
    types: render(ts.isTypeAliasDeclaration),
  }
}

type Declaration =
  ts.FunctionDeclaration | ts.InterfaceDeclaration | ts.ClassDeclaration | ts.TypeAliasDeclaration

interface Export {
  name: string
  node: Declaration
}

/** The named exports of a module, also from other files, in the order of its statements. */
function listExports(file: string): Export[] {
  const source = parse(file)
  return source.statements.filter(ts.isExportDeclaration).flatMap((statement) => {
    const { exportClause, moduleSpecifier } = statement
    if (exportClause === undefined || !ts.isNamedExports(exportClause)) throw new Error(`${file}: export *`)
    return exportClause.elements.flatMap(({ name }) =>
      findDeclarations(file, name.text, moduleSpecifier as ts.StringLiteral | undefined),
    )
  })
}

/** The declaration of a name in the module of an import or export, or behind that. */
function findDeclarations(from: string, name: string, specifier: ts.StringLiteral | undefined): Export[] {
  // Types of the contract, under their wire names, to which the page links.
  if (specifier === undefined || !specifier.text.startsWith('.')) return []
  const file = join(dirname(from), specifier.text)
  const source = parse(file)
  const declared = source.statements.filter(
    (node): node is Declaration =>
      (ts.isFunctionDeclaration(node) ||
        ts.isInterfaceDeclaration(node) ||
        ts.isClassDeclaration(node) ||
        ts.isTypeAliasDeclaration(node)) &&
      node.name?.text === name,
  )
  if (declared.length > 0) return declared.map((node) => ({ name, node }))
  const passed = source.statements
    .filter(ts.isExportDeclaration)
    .find(
      ({ exportClause }) =>
        exportClause !== undefined &&
        ts.isNamedExports(exportClause) &&
        exportClause.elements.some((element) => element.name.text === name),
    )
  if (passed === undefined) throw new Error(`${file} does not export ${name}`)
  return findDeclarations(file, name, passed.moduleSpecifier as ts.StringLiteral | undefined)
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true)
}

function describeDeclaration({ name, node }: Export): string {
  const text = ts.isClassDeclaration(node)
    ? withoutBodies(node)
    : ts.isFunctionDeclaration(node)
      ? textOf(node, node.getStart(), node.body?.getStart() ?? node.end)
      : node.getText()
  return [
    `### ${name}`,
    ...describeComment(node),
    `\`\`\`ts\n${text.replace(/^export (declare )?/, '').trim()}\n\`\`\``,
  ].join('\n\n')
}

/** The text before the tags, and the tags as sentences. */
function describeComment(node: Declaration): string[] {
  const comment = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc)
  if (comment === undefined) return []
  const text = ts.getTextOfJSDocComment(comment.comment) ?? ''
  const tags = (comment.tags ?? []).map((tag) => {
    const said = (ts.getTextOfJSDocComment(tag.comment) ?? '').trim()
    const kind = tag.tagName.text
    if (kind === 'example') return said.startsWith('```') ? said : `\`\`\`ts\n${said}\n\`\`\``
    if (kind === 'throws')
      return `Throws: ${tag
        .getText()
        .replace(/^@throws\s+/, '')
        .replace(/\s*\n\s*\*?\s*/g, ' ')
        .trim()}`
    const subject = ts.isJSDocParameterTag(tag) ? `\`${tag.name.getText()}\`: ` : ''
    return `${subject}${said}`
  })
  return [text, ...tags].filter((part) => part !== '')
}

/** A class as a caller sees it: fields and signatures, without constructor, bodies and private members. */
function withoutBodies(node: ts.ClassDeclaration): string {
  const members = node.members.filter(
    (member) =>
      !ts.isConstructorDeclaration(member) &&
      !(ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) &&
      !(member.name !== undefined && ts.isPrivateIdentifier(member.name)),
  )
  const head = textOf(node, node.getStart(), node.members.pos).trimEnd()
  const texts = members.map((member) => {
    const end = ts.isMethodDeclaration(member) ? (member.body?.pos ?? member.end) : member.end
    return textOf(node, member.getFullStart(), end)
      .replace(/^\s*\n/, '')
      .trimEnd()
  })
  return [head, ...texts, '}'].join('\n')
}

function textOf(node: ts.Node, from: number, to: number): string {
  return node.getSourceFile().text.slice(from, to)
}
