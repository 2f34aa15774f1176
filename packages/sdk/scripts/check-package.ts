import { glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'tsdown'
import ts from 'typescript'

/** Checks the package as it is published: `pnpm run check:package`. */
const maxGzipBytes = 8_000

const packageDir = fileURLToPath(new URL('..', import.meta.url))
const outDir = await mkdtemp(join(tmpdir(), 'sdk-package-'))
try {
  const config = join(packageDir, 'scripts/tsdown.config.ts')
  await build({ config, outDir, minify: true, logLevel: 'warn' })
  const code = await readFile(join(outDir, 'index.js'), 'utf8')
  const importing = []
  for await (const file of glob('*.{js,d.ts}', { cwd: outDir })) {
    if (hasImport(await readFile(join(outDir, file), 'utf8'))) importing.push(file)
  }
  const size = gzipSync(code, { level: 9 }).length

  const faults = [
    ...(size < maxGzipBytes
      ? []
      : [`minified and gzipped it has ${size} bytes, allowed are ${maxGzipBytes}`]),
    ...importing.map((file) => `its ${file} imports something`),
    ...(await checkExamples()),
  ]
  for (const fault of faults) process.stderr.write(`sdk: ${fault}\n`)
  if (faults.length > 0) process.exitCode = 1
  else
    process.stdout
      .write(`sdk: ${size} bytes gzipped; code and types stand alone; the README's examples compile
`)
} finally {
  await rm(outDir, { recursive: true })
}

function hasImport(text: string): boolean {
  return ts.preProcessFile(text).importedFiles.length > 0
}

/** Compiles all examples of the README against the built types, with no package in reach. */
async function checkExamples(): Promise<string[]> {
  const readme = await readFile(join(packageDir, 'README.md'), 'utf8')
  const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, example = '']) => example)
  if (examples.length === 0) return ['the README has no example']
  const files = await Promise.all(
    examples.map(async (example, index) => {
      const file = join(outDir, `example-${index + 1}.mts`)
      await writeFile(file, example.replace("'@ingestion-server/sdk'", "'./index.js'"))
      return file
    }),
  )

  const program = ts.createProgram(files, {
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
