import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'tsdown'
import ts from 'typescript'

/** What is promised of the package as it is published: `pnpm run check:package`. */
const maxGzipBytes = 8_000

const packageDir = fileURLToPath(new URL('..', import.meta.url))
const outDir = await mkdtemp(join(tmpdir(), 'sdk-package-'))
try {
  const config = join(packageDir, 'scripts/tsdown.config.ts')
  await build({ config, outDir, minify: true, logLevel: 'warn' })
  const code = await readFile(join(outDir, 'index.js'), 'utf8')
  const types = await readFile(join(outDir, 'index.d.ts'), 'utf8')
  const size = gzipSync(code, { level: 9 }).length

  const faults = [
    ...(size < maxGzipBytes
      ? []
      : [`minified and gzipped it has ${size} bytes, allowed are ${maxGzipBytes}`]),
    ...(hasImport(code) ? ['its code imports something'] : []),
    ...(hasImport(types) ? ['its types import something'] : []),
    ...(await checkExample()),
  ]
  for (const fault of faults) process.stderr.write(`sdk: ${fault}\n`)
  if (faults.length > 0) process.exitCode = 1
  else
    process.stdout
      .write(`sdk: ${size} bytes gzipped; code and types stand alone; the README's example compiles
`)
} finally {
  await rm(outDir, { recursive: true })
}

function hasImport(text: string): boolean {
  return ts.preProcessFile(text).importedFiles.length > 0
}

/** Compiles the first example of the README against the built types, with no package in reach. */
async function checkExample(): Promise<string[]> {
  const readme = await readFile(join(packageDir, 'README.md'), 'utf8')
  const example = /```ts\n(.*?)```/s.exec(readme)?.[1]
  if (example === undefined) return ['the README has no example']
  const file = join(outDir, 'example.mts')
  await writeFile(file, example.replace("'@ingestion-server/sdk'", "'./index.js'"))

  const program = ts.createProgram([file], {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
    types: [],
    strict: true,
    noEmit: true,
  })
  return ts
    .getPreEmitDiagnostics(program)
    .map(
      ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`,
    )
}
