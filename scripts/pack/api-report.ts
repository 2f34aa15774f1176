import { cp, glob, mkdir, readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')

/** Packages whose types are a public interface, with the folder of their report. */
const apiReports = {
  '@ingestion-server/core': { built: 'packages/core/dist', report: 'packages/core/api' },
  '@ingestion-server/sdk': { built: 'packages/sdk/dist', report: 'packages/sdk/api' },
} as const

export type ReportedPackage = keyof typeof apiReports

/** The declaration files of a folder, by name. */
export async function readDeclarations(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {}
  for await (const file of glob('*.d.ts', { cwd: folder })) {
    files[file] = await readFile(join(folder, file), 'utf8')
  }
  return files
}

/** The public interface of a package as it is checked in. */
export const readReport = (name: ReportedPackage) => readDeclarations(join(root, apiReports[name].report))

/**
 * The lines of declarations for comparisons. The order in which the compiler writes the members of a union differs from
 * build to build.
 */
export function comparableLines(files: Record<string, string>): Record<string, string[]> {
  const sortParts = (line: string) =>
    line
      .trim()
      // The order of a union's members differs from build to build.
      .split(/[\s|;,:[\]]+/)
      .sort()
      .join(' ')
  const sortLines = (text: string) => text.split('\n').map(sortParts).sort()
  return Object.fromEntries(Object.entries(files).map(([file, text]) => [file, sortLines(text)]))
}

/** Replaces the checked-in reports with the interfaces of the last build. */
export async function updateReports(): Promise<void> {
  for (const { built, report } of Object.values(apiReports)) {
    const target = join(root, report)
    await rm(target, { recursive: true, force: true })
    await mkdir(target)
    for (const file of Object.keys(await readDeclarations(join(root, built)))) {
      await cp(join(root, built, file), join(target, file))
    }
  }
}
