import { cp, glob, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** The used part of a packed package's manifest. */
interface Manifest {
  name: string
  version: string
  license: string
  exports: Record<string, string | { default: string }>
  imports?: Record<string, { default: string }>
  dependencies?: Record<string, string>
}

/**
 * Copies an unpacked package and converts it for JSR (`deno publish`). JSR ignores conditions, package.json and
 * declaration files beside a script: each script names its own.
 *
 * @param packageDir folder of the package as its tarball contains it
 */
export async function stageForJsr(packageDir: string, outDir: string): Promise<void> {
  const manifest = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')) as Manifest
  await cp(packageDir, outDir, { recursive: true, filter: (path) => !path.endsWith('/package.json') })

  const entries: Record<string, string> = {}
  for (const [name, target] of Object.entries(manifest.exports)) {
    if (typeof target === 'string') continue // package.json itself
    entries[name] = target.default
    const script = join(outDir, target.default)
    const types = target.default.split('/').at(-1)?.replace(/\.js$/, '.d.ts')
    await writeFile(script, `/* @ts-self-types="./${types}" */\n${await readFile(script, 'utf8')}`)
  }
  // Deno resolves the script that a declaration imports, and these declarations have none.
  for await (const file of glob('dist/types-*.d.ts', { cwd: outDir })) {
    const types = file.split('/').at(-1)
    const script = join(outDir, file.replace(/\.d\.ts$/, '.js'))
    await writeFile(script, `/* @ts-self-types="./${types}" */\nexport {}\n`)
  }

  const { name, version, license, imports = {}, dependencies = {} } = manifest
  const own = Object.entries(imports).map(([id, target]) => [id, target.default] as const)
  const others = Object.entries(dependencies).map(([id, range]) => [id, `npm:${id}@${range}`] as const)
  const config = {
    name,
    version,
    license,
    exports: entries,
    imports: Object.fromEntries([...own, ...others]),
  }
  await writeFile(join(outDir, 'deno.json'), JSON.stringify(config, null, 2))
}
