import ts from 'typescript'

/**
 * Writes the contract's types as plain TypeScript. In the workspace they are inferred from zod schemas; a
 * published package with the inferred types would need zod and core.
 *
 * @param entry path of the contract's index.ts
 * @returns the text of a .d.ts file with every exported type of the contract and no import
 * @throws Error for a type that isn't data, such as a function
 */
export function flattenContract(entry: string): string {
  const program = ts.createProgram([entry], {
    target: ts.ScriptTarget.ES2024,
    module: ts.ModuleKind.NodeNext,
    strict: true,
    exactOptionalPropertyTypes: true,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  })
  const checker = program.getTypeChecker()
  const source = program.getSourceFile(entry)
  const contract = source && checker.getSymbolAtLocation(source)
  if (!contract) throw new Error(`${entry} is no module`)

  return checker
    .getExportsOfModule(contract)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol))
    .filter((symbol) => symbol.flags & (ts.SymbolFlags.TypeAlias | ts.SymbolFlags.Interface))
    .map((symbol) => {
      const type = checker.getDeclaredTypeOfSymbol(symbol)
      return `${docs(checker, symbol)}export type ${symbol.name} = ${print(checker, type, symbol.name)}\n`
    })
    .join('\n')
}

/** @param where the path of this type, for errors */
function print(checker: ts.TypeChecker, type: ts.Type, where: string): string {
  if (type.isUnion()) return printUnion(checker, type, where)
  if (checker.isArrayType(type)) {
    const [item] = checker.getTypeArguments(type as ts.TypeReference) // an array is a reference to Array<T>
    if (item) return `(${print(checker, item, `${where}[]`)})[]`
  }
  const isObject = (type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection)) !== 0
  if (!isObject) return checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation)
  if (checker.isTupleType(type) || type.getCallSignatures().length > 0) {
    throw new Error(`${where} is not plain data: ${checker.typeToString(type)}`)
  }

  const indexes = checker.getIndexInfosOfType(type).map((info) => {
    const key = checker.typeToString(info.keyType)
    return `[key: ${key}]: ${print(checker, info.type, `${where}[${key}]`)}`
  })
  const fields = checker.getPropertiesOfType(type).map((field) => {
    const mark = field.flags & ts.SymbolFlags.Optional ? '?' : ''
    const inner = print(checker, checker.getTypeOfSymbol(field), `${where}.${field.name}`)
    return `${docs(checker, field)}${field.name}${mark}: ${inner}`
  })
  return `{\n${[...indexes, ...fields].join('\n')}\n}`
}

function printUnion(checker: ts.TypeChecker, union: ts.UnionType, where: string): string {
  const members = new Set(union.types.map((member) => print(checker, member, where)))
  // TypeScript keeps boolean as a union of its two values.
  if (members.delete('true') && members.delete('false')) members.add('boolean')
  return [...members].sort((a, b) => Number(isEmpty(a)) - Number(isEmpty(b))).join(' | ')
}

function isEmpty(member: string): boolean {
  return member === 'null' || member === 'undefined'
}

function docs(checker: ts.TypeChecker, symbol: ts.Symbol): string {
  const text = ts.displayPartsToString(symbol.getDocumentationComment(checker))
  return text === '' ? '' : `/** ${text.replaceAll('\n', ' ')} */\n`
}
