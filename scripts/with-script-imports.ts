import { readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'

/**
 * The scripts and all that they import, which is what a browser loads. Kit's lists lack scripts that a late one imports
 * too: it finds those on the way through the late one, and leaves them out.
 *
 * @param clientDir what the paths start from: `build/client` of the dashboard
 */
export async function withScriptImports(clientDir: string, scripts: Iterable<string>): Promise<Set<string>> {
  const all = new Set(scripts)
  // A set also goes through what is added meanwhile.
  for (const script of all) {
    const text = await readFile(join(clientDir, script), 'utf8')
    for (const [, path = ''] of text.matchAll(/\b(?:from|import)\s*["'`](\.[^"'`]+\.js)["'`]/g))
      all.add(posix.join(posix.dirname(script), path))
  }
  return all
}
