import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Puts a program into a folder: a module that Node runs. */
export async function writeProgram(folder: string, name: string, source: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${name}.mjs`), source)
  await writeFile(
    join(folder, name),
    `#!/bin/sh\nexec "${process.execPath}" "${join(folder, `${name}.mjs`)}" "$@"\n`,
  )
  await chmod(join(folder, name), 0o755)
}
