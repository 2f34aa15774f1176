import { readFileSync, realpathSync } from 'node:fs'
import { createRequire, isBuiltin } from 'node:module'
import ts from 'typescript'

/**
 * Groups of files that import each other in a circle. Type-only imports count: such files can't be read, moved or
 * tested separately either. Svelte components are included, and so are imports by the names of packages and by `#`.
 *
 * @param files absolute paths; imports of other files are ignored
 * @returns each group as the shortest circle through its first file, that file at both ends; sorted
 */
export function findCircularImports(files: readonly string[]): string[][] {
  const known = new Set(files.map((file) => realpathSync(file)))
  const imports = new Map(
    [...known].map((file) => [file, listImports(file).filter((each) => known.has(each))]),
  )
  const inCircle = new Set<string>()
  const circles: string[][] = []
  for (const file of [...known].sort()) {
    if (inCircle.has(file)) continue
    const circle = findWay(imports, file, file)
    if (!circle) continue
    // Further circles of the group are reported after this one is removed.
    for (const each of circle) inCircle.add(each)
    circles.push(circle)
  }
  return circles
}

/** The shortest way along imports, both ends included; at least one step. */
function findWay(imports: ReadonlyMap<string, readonly string[]>, from: string, to: string): string[] | null {
  const cameFrom = new Map<string, string>()
  const queue = [from]
  for (const file of queue) {
    for (const next of imports.get(file) ?? []) {
      if (cameFrom.has(next)) continue
      cameFrom.set(next, file)
      if (next !== to) queue.push(next)
      else return goBack(cameFrom, from, to)
    }
  }
  return null
}

function goBack(cameFrom: ReadonlyMap<string, string>, from: string, to: string): string[] {
  const way = [to]
  let file = cameFrom.get(to)
  for (; file !== undefined && file !== from; file = cameFrom.get(file)) way.unshift(file)
  return [from, ...way]
}

/** Files that a module or a Svelte component imports, by any kind of import. */
function listImports(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  const sources = file.endsWith('.svelte')
    ? [...text.matchAll(/<script[^>]*>(.*?)<\/script>/gs)].map(([, script = '']) => script)
    : [text]
  // Node's resolver, because TypeScript's doesn't find components behind `#lib/*`.
  const { resolve } = createRequire(file)
  return sources
    .flatMap((source) => ts.preProcessFile(source, true, true).importedFiles)
    .filter(({ fileName }) => !isBuiltin(fileName))
    .map(({ fileName }) => {
      try {
        return resolve(fileName)
      } catch {
        // A module that a tool generates, such as SvelteKit's `./$types`, or a package that is not CommonJS.
        return undefined
      }
    })
    .filter((each) => each !== undefined)
}
