import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { format, resolveConfig } from 'prettier'
import { describeCommandLine } from './command-line.ts'
import { describeConfiguration } from './configuration.ts'
import { describeHttpApi } from './http-api.ts'
import { replaceParts } from './markdown.ts'
import { describeMetrics } from './metrics.ts'
import { describeSdk } from './sdk.ts'

const referenceFolder = 'docs/reference'

export interface GeneratedPage {
  /** Path in the repository. */
  path: string
  /** Current content. */
  text: string
  /** Expected content. */
  generated: string
}

/** The reference pages, with their parts generated again. @param root folder of the repository */
export async function generatePages(root: string): Promise<GeneratedPage[]> {
  const parts = {
    'http-api.md': describeHttpApi(),
    'sdk.md': describeSdk(root),
    'command-line.md': describeCommandLine(),
    'configuration.md': describeConfiguration(),
    'metrics.md': describeMetrics(),
  }
  const pages = Object.entries(parts).map(async ([name, texts]) => {
    const path = join(referenceFolder, name)
    const file = join(root, path)
    const text = await readFile(file, 'utf8')
    const generated = await format(replaceParts(text, texts), {
      ...(await resolveConfig(file)),
      parser: 'markdown',
    })
    return { path, text, generated }
  })
  return await Promise.all(pages)
}
