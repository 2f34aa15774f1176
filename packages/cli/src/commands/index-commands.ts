import type { CliIo } from '../cli-io.ts'
import {
  describeAliases,
  describeIndex,
  describeStat,
  indexListHeader,
  listIndex,
} from '../describe-index.ts'
import { parseName } from '../option-values.ts'
import type { Program } from '../root-command.ts'
import { createSession } from '../session.ts'

/** The commands that show indices. */
export function addIndexCommands(program: Program, io: CliIo): void {
  program
    .command('indices')
    .description('Lists the indices of all models, newest first, and where aliases point.')
    .argument('[model]', 'only this one')
    .action(async (model, _options, command) => {
      const { client, output } = createSession(io, command.optsWithGlobals())
      const { models } = await client.indices.list({ signal: io.signal })
      const wanted = models.filter((each) => model === undefined || each.model === model)
      if (output.json) return output.document({ models: wanted })
      for (const line of wanted.flatMap(describeAliases)) output.line(line)
      output.table([indexListHeader, ...wanted.flatMap(({ indices }) => indices.map(listIndex))])
    })

  program
    .command('index')
    .description('Shows an index.')
    .argument('<name>', 'such as image-20231106', parseName)
    .action(async (name, _options, command) => {
      const { client, output } = createSession(io, command.optsWithGlobals())
      const index = await client.indices.get(name, { signal: io.signal })
      if (output.json) output.document(index)
      else output.table(describeIndex(index))
    })

  program
    .command('stat')
    .description('Says what stands behind a name: an index, an alias, or nothing.')
    .argument('<name>', 'of an index or alias', parseName)
    .action(async (name, _options, command) => {
      const { client, output } = createSession(io, command.optsWithGlobals())
      const stat = await client.indices.stat(name, { signal: io.signal })
      if (output.json) output.document(stat)
      else output.line(describeStat(name, stat))
    })
}
