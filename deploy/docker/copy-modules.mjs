// node copy-modules.mjs PACKAGE FOLDER: copies what a package needs at run time into FOLDER/node_modules, without links.
// pnpm's own `deploy` resolves the whole workspace again, and so needs the network.
import { cpSync, existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

const [source, target] = process.argv.slice(2)
const copied = new Map()

copyDependencies(realpathSync(source))

function copyDependencies(folder) {
  const { dependencies = {}, optionalDependencies = {} } = readManifest(folder)
  for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
    const found = findModule(folder, name)
    // Native modules for other platforms are not installed.
    if (found === undefined && name in optionalDependencies) continue
    if (found === undefined) throw new Error(`${folder} needs ${name}, which is not installed`)
    const { version } = readManifest(found)
    const other = copied.get(name)
    if (other !== undefined && other !== version)
      throw new Error(`two versions of ${name}: ${other}, ${version}`)
    if (other !== undefined) continue
    copied.set(name, version)
    cpSync(found, join(target, 'node_modules', name), {
      recursive: true,
      filter: (path) => !path.startsWith(join(found, 'node_modules')),
    })
    copyDependencies(found)
  }
}

/** As Node looks for it: in the folder's node_modules, then in those above. */
function findModule(folder, name) {
  for (let at = folder; ; at = dirname(at)) {
    const path = join(at, 'node_modules', name)
    if (existsSync(path)) return realpathSync(path)
    if (at === dirname(at)) return undefined
  }
}

function readManifest(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
}
